import { join } from 'node:path';
import { type Page } from '@playwright/test';
import { administrator } from '../product';
import { downloadFailed, installed, scanEnded } from '../windows/reporting-events';
import { expect, test } from './everything-test';

test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'everything real', actionTimeout: 15_000 });
test.skip(
  process.platform === 'win32',
  'the server of the tests is stopped by a signal, which Windows does not have',
);

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Failures', level: 1 })).toBeVisible();
}

test('a failure on a machine, mended from the browser, with proof', async ({
  page,
  product,
  testbed,
}) => {
  test.setTimeout(240_000);
  const { client, windowsUpdate } = testbed;
  await signIn(page, product.url);

  await test.step('the administrator makes a token, and the machine joins with it', async () => {
    await page.goto(`${product.url}/enrolment`);
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Label').fill('Everything real');
    await page.getByRole('button', { name: 'Make token' }).click();
    const token = await page.getByLabel('Token', { exact: true }).textContent();
    await page.getByRole('button', { name: 'Done' }).click();

    await client.must('enroll', '--server', product.url, '--token', token ?? '');
    await client.must('install');
    await page.goto(`${product.url}/machines`);
    await expect(page.getByRole('table').getByText('Windows 11').first()).toBeVisible();
  });

  await test.step('a failed download is on the screen within two seconds', async () => {
    await page.goto(`${product.url}/failures`);
    await expect(page.getByText('Nothing fails')).toBeVisible();
    windowsUpdate.write(downloadFailed('0x80070002'));
    await expect(page.getByRole('link', { name: '0x80070002' })).toBeVisible({ timeout: 2000 });
  });

  await test.step('the reset is ordered from the browser', async () => {
    await page.getByRole('link', { name: '0x80070002' }).click();
    await page.getByRole('button', { name: /^Remediate it/ }).click();
    await page.getByRole('button', { name: 'Who is included?' }).click();
    windowsUpdate.afterReset = [scanEnded(), installed()];
    await page.getByRole('button', { name: 'Reset SoftwareDistribution on 1 machine' }).click();
    await expect(page).toHaveURL(/\/remediations\//);
  });

  await test.step('the verdict appears by itself, with its proof', async () => {
    await expect(page.getByText('1 of 1 machine has a result')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('table').getByRole('link').first().click();
    await expect(page.getByRole('heading', { name: 'Fixed' })).toBeVisible();
    const proof = page.getByRole('list', { name: 'What is proven' }).getByRole('listitem');
    await expect(proof.filter({ hasText: 'Update installed' })).toContainText(': proven');
    await expect(proof.filter({ hasText: 'Survived a restart' })).toContainText(': not proven');
  });

  await test.step('the machine is as it should be: old folder kept, new one there, service running', async () => {
    const [backup = 'none'] = windowsUpdate.backups();
    expect(windowsUpdate.isOriginal(join(windowsUpdate.folder, '..', backup))).toBe(true);
    expect(windowsUpdate.isOriginal()).toBe(false);
    expect(await windowsUpdate.state()).toBe('RUNNING');
  });

  await test.step('what the reset emptied is kept on the server', async () => {
    const saved = page.getByRole('region', { name: 'Saved before the run' });
    const history = saved.getByRole('listitem').filter({ hasText: 'ReportingEvents.log' });
    await history.getByRole('button', { name: 'View' }).click();
    await expect(history.getByLabel('ReportingEvents.log')).toContainText('AGENT_DOWNLOAD_FAILED');
  });

  await test.step('the failure is open nowhere any more', async () => {
    await page.goto(`${product.url}/failures`);
    await expect(page.getByText('Nothing fails')).toBeVisible();
  });
});

test('the run is taken back from the browser', async ({ page, product, testbed }) => {
  const { windowsUpdate } = testbed;
  await signIn(page, product.url);
  await page.goto(`${product.url}/remediations`);
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await page.getByRole('button', { name: 'Undo the run' }).click();
  await expect(page.getByRole('heading', { name: 'Undone' })).toBeVisible({ timeout: 60_000 });
  expect(windowsUpdate.isOriginal()).toBe(true);
  expect(await windowsUpdate.state()).toBe('RUNNING');
});
