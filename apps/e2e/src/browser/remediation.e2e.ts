import { auditPageSchema, remediationPageSchema, type Remediation } from '@fleetmend/dashboard-api';
import type { Page } from '@playwright/test';
import type { Api } from '../api';
import { expect, test } from './browser-test';
import { chooseReset, dialogOf, failTogether, order, preview, startButton } from './remediate';
import { filesMissing, storeDamaged } from './trouble';

test.use({ productOptions: {} });

const title = 'Reset SoftwareDistribution';

async function remediations(api: Api): Promise<readonly Remediation[]> {
  return remediationPageSchema.parse(await api.get('/remediations')).items;
}

/** Selects these machines in the list of machines, and opens the dialog. */
async function remediateByHand(page: Page, ...hostnames: readonly string[]): Promise<void> {
  await page.goto('/machines');
  for (const name of hostnames) await page.getByLabel(`Select ${name}`).check();
  await page.getByRole('button', { name: 'Remediate…' }).click();
}

test('every step is seen as it happens, and then the verdict with its proof', async ({
  page,
  fleet,
  api,
}) => {
  const [machine] = await fleet.join('LIVE-1');
  if (machine === undefined) return;
  const fingerprint = await failTogether(api, [machine], filesMissing);
  await page.goto(`/failures/${fingerprint.id}`);
  await page.getByRole('button', { name: 'Remediate it…' }).click();
  await preview(page, 1);
  await startButton(page, 1).click();
  const fetched = await machine.nextOrder();
  expect(fetched.claims).toMatchObject({
    mode: 'execute',
    failure: { code: '0x80070002', phase: 'download', kb: 'KB5034441' },
  });

  const row = page.getByRole('row', { name: /LIVE-1/ });
  await fetched.state('preflight');
  await expect(row).toContainText('Checking');
  await row.getByRole('link', { name: 'LIVE-1' }).click();
  const step = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await fetched.step('stop-services', 'acting', 'running', 'Stopping wuauserv …');
  await expect(step('Stop the update services')).toContainText('Stopping wuauserv …');
  await fetched.step('stop-services', 'acting', 'done', 'wuauserv is stopped.');
  await expect(step('Stop the update services')).toContainText('wuauserv is stopped.');
  await fetched.step('rename-directory', 'acting', 'done', 'Renamed to SoftwareDistribution.bak.');
  await fetched.verdict('scan-ok-not-installed', 'The scan ended well.', 'L1');
  await expect(page.getByRole('heading', { name: 'Not installed yet' })).toBeVisible();

  await machine.installs();
  await expect(page.getByRole('heading', { name: 'Fixed' })).toBeVisible();
  const proof = page.getByRole('list', { name: 'What is proven' }).getByRole('listitem');
  await expect(proof.filter({ hasText: 'Update installed' })).toContainText(': proven');
  await expect(proof.filter({ hasText: 'Survived a restart' })).toContainText('not proven');
});

test('all that match, not only those on the screen, without some', async ({ page, fleet, api }) => {
  const names = Array.from({ length: 53 }, (_, n) => `MANY-${String(n + 1).padStart(3, '0')}`);
  const machines = await fleet.join(...names);
  const fingerprint = await failTogether(api, machines, {
    ...filesMissing,
    code: '0x80070003',
  });
  await page.goto(`/failures/${fingerprint.id}`);
  await page.getByLabel('Select all machines shown').check();
  const bar = page.getByRole('region', { name: 'Selected machines' });
  await expect(bar).toContainText('50 machines selected');
  await bar.getByRole('button', { name: 'Select all 53 that match' }).click();
  await expect(bar).toContainText('53 machines selected: all that match');
  const spared = await page
    .getByLabel(/^Select MANY-/)
    .first()
    .getAttribute('aria-label');
  await page.getByLabel(spared ?? '').uncheck();
  await expect(bar).toContainText('52 machines selected');
  await bar.getByRole('button', { name: 'Remediate…' }).click();
  await expect(dialogOf(page)).toContainText('without 1');
  await preview(page, 52);
  await startButton(page, 52).click();
  await expect(
    page.getByRole('heading', { name: /^0 of 52 machines have a result/ }),
  ).toBeVisible();
  const ordered = await Promise.all(
    machines
      .filter(({ hostname }) => `Select ${hostname}` !== spared)
      .map((machine) => machine.nextOrder()),
  );
  await Promise.all(ordered.map((one) => one.succeed()));
  await expect(page.getByRole('heading', { name: /^52 of 52 / })).toBeVisible();
  await page.goto(`/failures/${fingerprint.id}`);
  await expect(page.getByText('Open on 1 machine', { exact: true })).toBeVisible();
});

test('against the guard only with a reason, which is recorded', async ({ page, fleet, api }) => {
  const [machine] = await fleet.join('GUARD-1');
  if (machine === undefined) return;
  const fingerprint = await failTogether(api, [machine], storeDamaged);
  await page.goto(`/failures/${fingerprint.id}`);
  await expect(
    page.getByRole('heading', { name: 'Do not reset SoftwareDistribution for this' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Remediate it…' }).click();
  await chooseReset(page);
  await preview(page, 1);
  await expect(startButton(page, 1)).toBeDisabled();
  const reason = 'The vendor asked for it: case 4711';
  await page.getByLabel(/^Why do it all the same/).fill(reason);
  await startButton(page, 1).click();
  await expect(page.getByText(`Reason given: ${reason}`)).toBeVisible();
  const answer = await api.get('/audit?action=remediation.created');
  const [entry] = auditPageSchema.parse(answer).items;
  expect(entry?.after).toMatchObject({ overrideReason: reason, machines: 1 });
  expect(entry?.actor).toBe('admin@example.org');
  await page.goto('/audit');
  await page
    .getByRole('button', { name: /^Details of: reset-software/ })
    .first()
    .click();
  await expect(page.getByRole('cell', { name: reason })).toBeVisible();
});

test('a double click, and an answer that got lost, make one remediation', async ({
  page,
  fleet,
  api,
  consoleProblems,
}) => {
  await fleet.join('TWICE-1', 'TWICE-2');
  const before = await remediations(api);
  await remediateByHand(page, 'TWICE-1');
  await preview(page, 1);
  await startButton(page, 1).dblclick();
  await expect(page).toHaveURL(/\/remediations\/./);
  expect(await remediations(api)).toHaveLength(before.length + 1);

  consoleProblems.expect(/ERR_FAILED/);
  await remediateByHand(page, 'TWICE-2');
  await preview(page, 1);
  await page.route(
    '**/api/v1/remediations',
    async (route) => {
      await route.fetch();
      await route.abort('failed');
    },
    { times: 1 },
  );
  await startButton(page, 1).click();
  await expect(dialogOf(page).getByRole('alert')).toBeVisible();
  expect(await remediations(api)).toHaveLength(before.length + 2);
  await startButton(page, 1).click();
  await expect(page).toHaveURL(/\/remediations\/./);
  expect(await remediations(api)).toHaveLength(before.length + 2);
});

test('what changed since the preview is said, and nothing is started', async ({
  page,
  fleet,
  api,
  consoleProblems,
}) => {
  const [first] = await fleet.join('MOVED-1', 'MOVED-2');
  if (first === undefined) return;
  await remediateByHand(page, 'MOVED-1', 'MOVED-2');
  await preview(page, 2);
  await order(api, [first]);
  const before = await remediations(api);
  consoleProblems.expect(/status of 409/);
  await startButton(page, 2).click();
  await expect(dialogOf(page).getByRole('alert')).toContainText(
    'The machines changed since the preview, so nothing was started.',
  );
  await expect(dialogOf(page)).toContainText('Left out: Another run is active');
  expect(await remediations(api)).toHaveLength(before.length);
  await startButton(page, 1).click();
  await expect(page.getByRole('row', { name: /MOVED-2/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /MOVED-1/ })).toHaveCount(0);
});

test('a run is undone from its page', async ({ page, fleet }) => {
  const [machine] = await fleet.join('UNDO-1');
  if (machine === undefined) return;
  await remediateByHand(page, 'UNDO-1');
  await preview(page, 1);
  await startButton(page, 1).click();
  const fetched = await machine.nextOrder();
  await fetched.succeed();
  await page
    .getByRole('row', { name: /UNDO-1/ })
    .getByRole('link')
    .click();
  await page.getByRole('button', { name: 'Undo…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Undo the run' }).click();
  await expect(page.getByRole('heading', { name: `Undo: ${title} on UNDO-1` })).toBeVisible();
  const undo = await machine.nextOrder();
  expect(undo.claims).toMatchObject({ mode: 'undo', undoes: fetched.runId });
  await undo.succeed();
  await expect(page.getByRole('heading', { name: 'Undone', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Show the earlier run' }).click();
  await expect(page.getByRole('link', { name: 'Show the undo' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo…' })).toHaveCount(0);
});

test('a machine that is offline starts when it connects, unless it is cancelled before', async ({
  page,
  fleet,
}) => {
  const [waits, spared] = await fleet.join('OFF-1', 'OFF-2');
  if (waits === undefined || spared === undefined) return;
  waits.disconnect();
  spared.disconnect();
  await page.goto('/machines');
  await expect(page.getByRole('row', { name: /OFF-1/ })).toContainText('Offline');
  await remediateByHand(page, 'OFF-1', 'OFF-2');
  await preview(page, 2);
  await expect(dialogOf(page)).toContainText('Offline: starts when it connects.');
  await startButton(page, 2).click();
  await page.getByRole('row', { name: /OFF-2/ }).getByRole('link').click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the run' }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await page.getByRole('link', { name: 'The remediation' }).click();

  await waits.connect();
  const fetched = await waits.nextOrder();
  await fetched.succeed();
  await spared.connect();
  await expect(page.getByRole('heading', { name: /^2 of 2 / })).toBeVisible();
  await expect(page.getByRole('row', { name: /OFF-1/ })).toContainText('Fixed');
  await expect(page.getByRole('row', { name: /OFF-2/ })).toContainText('Cancelled');
});

test('a dry run says what would be done, and proves nothing', async ({ page, fleet }) => {
  const [machine] = await fleet.join('DRY-1');
  if (machine === undefined) return;
  await remediateByHand(page, 'DRY-1');
  await dialogOf(page)
    .getByRole('radio', { name: /^Dry run/ })
    .check();
  await preview(page, 1);
  await expect(dialogOf(page)).not.toContainText('What the machines lose by it');
  await startButton(page, 1, 'Dry run').click();
  const fetched = await machine.nextOrder();
  expect(fetched.claims.mode).toBe('dry-run');
  await fetched.succeed();
  await page.getByRole('row', { name: /DRY-1/ }).getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Dry run done' })).toBeVisible();
  await expect(page.getByText('Would be done: Rename the folder.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo…' })).toHaveCount(0);
});
