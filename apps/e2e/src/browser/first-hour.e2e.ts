import type { Page } from '@playwright/test';
import { built, makeFolder, removeFolder } from '../folders';
import { type Program, runProgram } from '../program';
import { expect, test } from './browser-test';
import { inspectEverywhere } from './inspection';
import { dialogOf } from './remediate';

const nobody = { FLEETMEND_ADMIN_EMAIL: '', FLEETMEND_ADMIN_PASSWORD: '' };
const MACHINES = 12;

test.use({ productOptions: { environment: nobody } });
test.describe.configure({ mode: 'serial', timeout: 90_000 });

let folder: string;
let simulator: Program | undefined;

test.beforeAll(() => {
  folder = makeFolder();
});

test.afterAll(async () => {
  simulator?.child.kill('SIGTERM');
  await simulator?.ended;
  removeFolder(folder);
});

async function fillIn(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}

const ada = {
  'Your name': 'Ada Admin',
  'E-mail': 'ada@example.org',
  Password: 'a first and long password',
};

test('whoever does not know the token sets nothing up', async ({ openAs, consoleProblems }) => {
  const page = await openAs(null);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Welcome to FleetMend' })).toBeVisible();
  consoleProblems.expect(/status of 403/);
  await fillIn(page, { 'Set-up token': 'guessed', ...ada });
  await page.getByRole('button', { name: 'Set up FleetMend' }).click();
  await expect(page.getByRole('alert').or(page.locator('.fm-problem'))).toBeVisible();
  await expect(page).toHaveURL(/\/setup$/);
  await inspectEverywhere(page);
});

test('from the set-up link to the verdicts', async ({ product, openAs }) => {
  const page = await openAs(null, { permissions: ['clipboard-read', 'clipboard-write'] });

  await test.step('the first administrator', async () => {
    const [, link] = await product.program.says(/Make the first one at (\S+)/);
    await page.goto(link ?? '');
    await expect(page.getByLabel('Set-up token')).toBeHidden();
    await fillIn(page, ada);
    await page.getByRole('button', { name: 'Set up FleetMend' }).click();
    await expect(page).toHaveURL(/\/failures$/);
    expect(page.url()).not.toContain('token');
  });

  await test.step('an empty fleet says what to do', async () => {
    await expect(page.getByRole('heading', { name: 'Enrol your first machine' })).toBeVisible();
    await page.getByRole('link', { name: 'Enrol a machine' }).click();
    await expect(page.getByRole('heading', { name: 'No machine can join yet' })).toBeVisible();
  });

  const token = await test.step('an enrolment token, ready to be pasted', async () => {
    await page.getByRole('button', { name: 'Make the first token' }).click();
    await page.getByLabel('Label').fill('First machines');
    await page.getByRole('button', { name: 'Make token' }).click();
    const command = await page.locator('pre[aria-label="Install command"]').textContent();
    const secret = (await page.locator('pre[aria-label="Token"]').textContent()) ?? '';
    expect(secret).toMatch(/^\S{20,}$/);
    expect(command).toContain('fleetmend-client.exe');
    expect(command).toContain(`--token ${secret}`);
    expect(command).toContain('--server http://localhost:');
    await page.getByRole('button', { name: 'Copy the install command' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(command?.trim());
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('row', { name: /First machines Active/ })).toBeVisible();
    expect(await page.content()).not.toContain(secret);
    return secret;
  });

  await test.step('machines join, and their failures appear on the open page', async () => {
    await page.getByRole('link', { name: 'Failures', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Enrol your first machine' })).toBeVisible();
    await page.evaluate(() => (document.body.dataset['opened'] = 'once'));
    simulator = runProgram(
      built('apps/simulator/main.mjs'),
      [
        ...['--server', product.url, '--machines', String(MACHINES), '--speed', '25'],
        ...['--seed', 'first-hour', '--data-dir', folder, '--parent', String(process.pid)],
      ],
      { FLEETMEND_ENROLMENT_TOKEN: token },
    );
    await expect(page.getByRole('link', { name: '0x80070002' }).first()).toBeVisible();
    await page.getByRole('link', { name: 'Machines', exact: true }).click();
    await expect(page.getByText(`${MACHINES} machines`, { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Failures', exact: true }).click();
  });

  const machines = await test.step('the affected machines are selected', async () => {
    await page
      .getByRole('row', { name: /in download/ })
      .getByRole('link')
      .first()
      .click();
    await expect(page.getByRole('heading', { name: /0x8007000\d in download/ })).toBeVisible();
    await page.getByLabel('Select all machines shown').check();
    const bar = page.getByRole('region', { name: 'Selected machines' });
    const words = await bar.getByText('selected').textContent();
    await bar.getByRole('button', { name: 'Remediate…' }).click();
    return Number(/\d+/.exec(words ?? '')?.[0]);
  });

  await test.step('preview and confirmation', async () => {
    const dialog = dialogOf(page);
    await dialog.getByRole('button', { name: 'Who is included?' }).click();
    await expect(dialog.getByRole('heading', { name: 'Check and start' })).toBeVisible();
    await expect(dialog.getByRole('listitem').filter({ hasText: 'Starts' })).not.toHaveCount(0);
    await dialog
      .getByRole('button', { name: /^Reset SoftwareDistribution on \d+ machine/ })
      .click();
    await expect(page).toHaveURL(/\/remediations\/[0-9a-f-]{36}$/);
    await expect(dialog).toBeHidden();
  });

  await test.step('every machine comes to a verdict, live', async () => {
    const result = new RegExp(`^\\s*${machines} of ${machines} machines? ha(s|ve) a result\\s*$`);
    await expect(page.getByRole('heading', { name: result })).toBeVisible({ timeout: 45_000 });
    const rows = page.getByRole('table', { name: 'Runs of this remediation' }).locator('tbody tr');
    await expect(rows).toHaveCount(machines);
    await rows.first().getByRole('link').click();
    await expect(
      page.getByRole('heading', { name: /^Reset SoftwareDistribution on / }),
    ).toBeVisible();
    await expect(
      page.getByRole('list', { name: 'What is proven' }).or(page.locator('fm-run-steps')),
    ).not.toHaveCount(0);
    expect(await page.evaluate(() => document.body.dataset['opened'])).toBe('once');
  });
});

test('the set-up page is gone for good', async ({ openAs }) => {
  const page = await openAs(null);
  await page.goto('/setup#token=anything');
  await expect(page).toHaveURL(/\/sign-in/);
});
