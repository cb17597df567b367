import { API_PREFIX, CSRF_HEADER, sessionSchema } from '@fleetmend/dashboard-api';
import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { expect, test } from './browser-test';
import type { Account } from './fleet';
import type { FleetMachine } from './fleet-machine';
import { failTogether, order, preview, startButton } from './remediate';
import { filesMissing } from './trouble';

test.use({ productOptions: {} });

const people: Partial<Record<'viewer' | 'operator', Account>> = {};
const ids = { fingerprint: '', run: '', remediation: '', person: '' };
let machine: FleetMachine;

test.beforeAll(async ({ fleet, api }) => {
  people.viewer = await fleet.person('viewer', 'Vera');
  const operator = await fleet.person('operator', 'Otto');
  people.operator = operator;
  ids.person = operator.user.id;
  const machines = await fleet.join('ROLE-1', 'ROLE-2');
  const [first, second] = machines;
  if (first === undefined || second === undefined) return;
  machine = first;
  ids.fingerprint = (await failTogether(api, machines, filesMissing)).id;
  second.disconnect();
  const remediation = await order(api, [second], ids.fingerprint);
  ids.remediation = remediation.id;
  await order(api, [first], ids.fingerprint);
  const done = await first.nextOrder();
  ids.run = done.runId;
  await done.verdict('same-error', 'The same error came back.');
});

/** What each change of the fleet and its administration answers to the person of this page, by status. */
async function refusals(page: Page): Promise<Record<string, number>> {
  const session = await page.request.get(`${API_PREFIX}/session`);
  const { csrfToken } = sessionSchema.parse(await session.json());
  const selection = { type: 'machines', machineIds: [machine.id] };
  const plan = { playbook: 'reset-software-distribution', selection };
  const user = {
    email: 'x@example.org',
    name: 'X',
    role: 'viewer',
    password: 'long enough for it',
  };
  const requests: Record<string, object | undefined> = {
    'POST /remediations/preview': plan,
    'POST /remediations': { ...plan, requestId: randomUUID(), expectedMachines: 7 },
    [`POST /remediations/${ids.remediation}/cancel`]: {},
    [`POST /runs/${ids.run}/undo`]: {},
    [`POST /runs/${randomUUID()}/cancel`]: {},
    [`DELETE /machines/${randomUUID()}`]: undefined,
    'GET /enrolment-tokens': undefined,
    'POST /enrolment-tokens': { label: 'T', expiresInHours: 1, maximumUses: 1 },
    [`DELETE /enrolment-tokens/${randomUUID()}`]: undefined,
    'GET /users': undefined,
    'POST /users': user,
    [`PATCH /users/${ids.person}`]: { role: 'administrator' },
    'GET /audit': undefined,
  };
  const found: Record<string, number> = {};
  for (const [request, data] of Object.entries(requests)) {
    const [method = '', path = ''] = request.split(' ');
    const answer = await page.request.fetch(`${API_PREFIX}${path}`, {
      method,
      headers: { [CSRF_HEADER]: csrfToken },
      ...(data === undefined ? {} : { data }),
    });
    found[request.replaceAll(/[0-9a-f-]{36}/g, ':id')] = answer.status();
  }
  return found;
}

test('a viewer sees everything, and can do nothing to the fleet', async ({ openAs }) => {
  const page = await openAs(people.viewer ?? null);
  const doing = page.getByRole('button', { name: /Remediate|Undo|Cancel|Retire|Select/ });
  for (const [path, name] of [
    ['/failures', /0x80070002/],
    [`/failures/${ids.fingerprint}`, /ROLE-1/],
    ['/machines', /ROLE-1/],
    [`/remediations/${ids.remediation}`, /ROLE-2/],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('row', { name }).first()).toBeVisible();
    await expect(doing).toHaveCount(0);
    await expect(page.getByRole('checkbox')).toHaveCount(0);
  }
  for (const [path, name] of [
    [`/machines/${machine.id}`, 'What happened'],
    [`/runs/${ids.run}`, 'Same error'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name })).toBeVisible();
    await expect(doing).toHaveCount(0);
  }
  const places = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  await expect(places).toHaveText([
    ...[/Failures/, /Machines/, /Remediations/, /Campaigns/, /Escalations/, /Policies/],
    /Server/,
  ]);
  const closed = ['/enrolment', '/client-updates', '/campaign-settings', '/users', '/audit'];
  for (const path of closed) {
    await page.goto(path);
    await expect(
      page.getByRole('heading', { name: 'This page is for administrators' }),
    ).toBeVisible();
    await expect(page).toHaveURL(path);
  }
  const answers = await refusals(page);
  expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((one) => [one, 403])));
});

test('an operator remediates, and manages nobody', async ({ openAs }) => {
  const page = await openAs(people.operator ?? null);
  await page.goto(`/failures/${ids.fingerprint}`);
  await page.getByLabel('Select ROLE-1').check();
  await page.getByRole('button', { name: 'Remediate…' }).click();
  await preview(page, 1);
  await startButton(page, 1).click();
  await expect(page.getByText('by otto@example.org')).toBeVisible();
  await (await machine.nextOrder()).succeed();
  await expect(page.getByRole('row', { name: /ROLE-1/ })).toContainText('Fixed');
  await page.goto(`/machines/${machine.id}`);
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Retire…' })).toHaveCount(0);
  await page.goto('/users');
  await expect(
    page.getByRole('heading', { name: 'This page is for administrators' }),
  ).toBeVisible();
  expect(await refusals(page)).toEqual({
    'POST /remediations/preview': 200,
    'POST /remediations': 409,
    'POST /remediations/:id/cancel': 200,
    'POST /runs/:id/undo': 409,
    'POST /runs/:id/cancel': 404,
    'DELETE /machines/:id': 403,
    'GET /enrolment-tokens': 403,
    'POST /enrolment-tokens': 403,
    'DELETE /enrolment-tokens/:id': 403,
    'GET /users': 403,
    'POST /users': 403,
    'PATCH /users/:id': 403,
    'GET /audit': 403,
  });
});

test('an administrator who disables somebody ends what they have open', async ({
  page,
  openAs,
  fleet,
  consoleProblems,
}) => {
  const account = await fleet.person('operator', 'Dora');
  const theirs = await openAs(account);
  await theirs.goto('/machines');
  await expect(theirs.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();

  await page.goto('/users');
  await page.getByRole('button', { name: 'Actions for Dora' }).click();
  await page.getByRole('menuitem', { name: 'Disable…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('row', { name: /Dora/ })).toContainText('Disabled');

  consoleProblems.expect(/status of 401/);
  await expect(theirs).toHaveURL(/\/sign-in\?returnTo=%2Fmachines&ended=true/, { timeout: 15_000 });
  await expect(theirs.getByText('Your session has ended.')).toBeVisible();
  await expect(theirs.getByText('ROLE-1')).toHaveCount(0);
  await theirs.getByLabel('E-mail').fill(account.email);
  await theirs.getByLabel('Password', { exact: true }).fill(account.password);
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await expect(theirs.getByText('E-mail address or password is wrong.')).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Dora' }).click();
  await page.getByRole('menuitem', { name: 'Enable' }).click();
  await expect(page.getByRole('row', { name: /Dora/ })).toContainText('Active');
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await expect(theirs).toHaveURL('/machines');
  await expect(theirs.getByRole('row', { name: /ROLE-1/ })).toBeVisible();
});
