import { randomUUID } from 'node:crypto';
import {
  campaignDetailSchema,
  campaignPlanSchema,
  campaignPreviewSchema,
  type CampaignTarget,
  campaignTargetPageSchema,
  type Fingerprint,
  fingerprintPageSchema,
  outcomeMatrixSchema,
} from '@fleetmend/dashboard-api';
import type { Page } from '@playwright/test';
import type { Api } from '../api';
import { expect, test } from './browser-test';
import { dialogOf } from './remediate';
import { type SimulatedFleet, simulate } from './simulated-fleet';

test.use({ productOptions: {} });

const MACHINES = 60;
const [FIRST_WAVE, SECOND_WAVE] = [8, 30];
/** Hours. Long enough for a person to pause the campaign before wave 1 has passed; then short. */
const [SOAK, SHORT_SOAK] = [0.004, 0.0003];
/**
 * What becomes of a run depends on this, the machine and the number of its run alone. Version 1 goes wrong on 1 of the
 * 60 at the first try and on 6 at the second, and is of no use on 4 and 4; version 2 is bad for 45. So wave 2 fails with
 * version 2 and passes with version 1, whichever machines are drawn for it.
 */
const SEED = 'campaign-403';

let simulated: SimulatedFleet | undefined;
test.afterAll(async () => {
  await simulated?.stop();
});

async function detailOf(api: Api, id: string) {
  return campaignDetailSchema.parse(await api.get(`/campaigns/${id}`));
}

async function targetsOf(api: Api, id: string): Promise<readonly CampaignTarget[]> {
  const answer = await api.get(`/campaigns/${id}/targets?state=all&limit=200`);
  return campaignTargetPageSchema.parse(answer).items;
}

/** Waits until the wave with this number stands so. */
async function untilWave(api: Api, id: string, number: number, state: RegExp): Promise<void> {
  const stands = async () => (await detailOf(api, id)).waveList[number - 1]?.state ?? '';
  await expect.poll(stands, { timeout: 30_000, intervals: [200] }).toMatch(state);
}

const waveOf = (page: Page, number: number) =>
  page.locator('fm-wave-block').filter({
    has: page.getByRole('heading', { name: `Wave ${number}`, exact: true }),
  });

/** Opens a decision of the campaign, wherever it is offered. */
async function decide(page: Page, name: string): Promise<void> {
  const decisions = page.getByRole('group', { name: 'Decisions' });
  const button = decisions.getByRole('button', { name, exact: true });
  const more = decisions.getByRole('button', { name: 'More' });
  await expect(button.or(more).first()).toBeVisible();
  if (await button.isVisible()) return button.click();
  await more.click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

/** Decides with a reason: the open dialog's button bears this name. */
async function because(page: Page, reason: string, button: string): Promise<void> {
  await dialogOf(page)
    .getByLabel(/^Reason/)
    .fill(reason);
  await dialogOf(page).getByRole('button', { name: button, exact: true }).click();
  await expect(dialogOf(page)).toHaveCount(0);
}

async function changeTo(page: Page, values: Readonly<Record<string, string>>, reason: string) {
  await decide(page, 'Change the rules');
  for (const [label, value] of Object.entries(values)) {
    await dialogOf(page).getByLabel(label, { exact: true }).fill(value);
  }
  await because(page, reason, 'Change');
}

/** The failure that all machines have. */
async function commonFailure(api: Api): Promise<Fingerprint> {
  const read = async () =>
    fingerprintPageSchema
      .parse(await api.get('/fingerprints'))
      .items.find(({ openMachines }) => openMachines === MACHINES);
  await expect.poll(read, { timeout: 30_000 }).toBeDefined();
  const found = await read();
  if (found === undefined) throw new Error('no failure is on all machines');
  return found;
}

/** From the failure to the launched campaign, through the pages of the plan; answers its id. */
async function launchByHand(page: Page, failure: Fingerprint): Promise<string> {
  await page.goto(`/failures/${failure.id}`);
  await page.getByRole('link', { name: 'New campaign…' }).click();
  const panel = page.getByRole('complementary', { name: 'What the plan would do' });
  await expect(page.getByText(`Open on ${MACHINES} machines`)).toBeVisible();

  await page.getByRole('button', { name: /^Next: / }).click();
  await page.getByRole('radio', { name: /^Reset SoftwareDistribution/ }).check();
  await page.getByLabel('Version of the playbook').selectOption('1');
  await expect(panel).toContainText(new RegExp(`${MACHINES}\\s*machines`));

  await page.getByRole('button', { name: /^Next: / }).click();
  await page.getByRole('radio', { name: 'Halves' }).click();
  await page.getByRole('button', { name: 'Add a wave' }).click();
  await page.getByLabel('Unit of: Wave 1').selectOption('machines');
  await page.getByLabel('Wave 1', { exact: true }).fill(String(FIRST_WAVE));
  await page.getByLabel('Succeeded, of the decided').fill('60');
  await page.getByLabel('Watched after its last machine').fill(String(SOAK));
  for (const [label, percent] of [
    ['When more than so many went wrong', '30'],
    ['Pause when more than so many went wrong', '90'],
  ] as const) {
    await page.getByLabel(`Unit of: ${label}`, { exact: true }).selectOption('percent');
    await page.getByLabel(label, { exact: true }).fill(percent);
  }
  const waves = [FIRST_WAVE, SECOND_WAVE, MACHINES - FIRST_WAVE - SECOND_WAVE];
  await expect(panel.getByRole('list', { name: 'Waves' }).getByRole('listitem')).toHaveText(
    waves.map((machines, index) => new RegExp(`Wave ${index + 1}\\s*${machines}\\b`)),
  );

  await page.getByRole('button', { name: /^Next: / }).click();
  await page.getByLabel('Name', { exact: true }).fill('Missing downloads');
  await page.getByRole('button', { name: `Launch on ${MACHINES} machines` }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

test('a campaign from the failure to the report: a bad version stops in its wave, and the failed ones become the next campaign', async ({
  page,
  api,
  product,
}) => {
  test.setTimeout(120_000);
  simulated = await simulate(product.url, api, [
    ...['--machines', String(MACHINES), '--alike', '--seed', SEED, '--speed', '120'],
    ...['--profile', 'bad-version:reset-software-distribution@2=0.7'],
  ]);
  const id = await launchByHand(page, await commonFailure(api));

  // Wave 1 has its orders, of version 1. What comes after it is to be of version 2.
  await untilWave(api, id, 1, /executing|soaking/);
  await decide(page, 'Pause');
  await because(page, 'Version 2 has come out', 'Pause');
  await changeTo(
    page,
    { 'Playbook version': '2', 'Watched for, in hours': String(SHORT_SOAK) },
    'Version 2 is said to be faster',
  );
  expect((await detailOf(api, id)).waveList.map(({ startedAt }) => startedAt !== null)).toEqual([
    ...[true, false, false],
  ]);
  await decide(page, 'Resume');
  await because(page, 'Go on with version 2', 'Resume');
  await expect(waveOf(page, 1)).toContainText('Passed', { timeout: 30_000 });
  await expect(waveOf(page, 1).getByRole('img')).toBeVisible();
  await waveOf(page, 1).getByText('Its gate').click();
  await expect(
    waveOf(page, 1).getByRole('list', { name: 'Gate of wave 1' }).getByRole('listitem'),
  ).not.toHaveCount(0);

  await expect(waveOf(page, 2)).toContainText('Failed', { timeout: 30_000 });
  await expect(page.getByRole('heading', { name: /^Paused/ })).toBeVisible();
  expect(await detailOf(api, id)).toMatchObject({ state: 'paused', pauseReason: 'gate-failed' });
  const third = (await targetsOf(api, id)).filter(({ wave }) => wave === 3);
  expect(third).toHaveLength(MACHINES - FIRST_WAVE - SECOND_WAVE);
  expect(third.filter(({ runId }) => runId !== null)).toEqual([]);

  await changeTo(page, { 'Playbook version': '1' }, 'Version 2 is broken');
  await decide(page, 'Retry wave 2');
  await because(page, 'Once more, with version 1', 'Retry the wave');
  await expect(waveOf(page, 2)).toContainText('Attempt 2');
  await expect(page.getByRole('heading', { name: /^Completed/ })).toBeVisible({ timeout: 40_000 });

  // Every number is that of the machines themselves.
  const end = await detailOf(api, id);
  const targets = await targetsOf(api, id);
  const ended = (...verdicts: readonly string[]) =>
    targets.filter(({ verdict }) => verdicts.includes(verdict ?? '')).length;
  const [success, hard] = [ended('fixed'), ended('step-failed', 'rolled-back')];
  const soft = ended('same-error', 'recurred');
  expect(end.tally).toMatchObject({ success, hard, soft });
  await page.getByRole('link', { name: 'Report' }).click();
  const numbers = page.getByRole('list', { name: 'Machines by result' });
  await expect(numbers).toContainText(new RegExp(`${success}\\s*succeeded`));
  await expect(numbers).toContainText(new RegExp(`${hard}\\s*\\D*\\(hard\\)`));
  await expect(numbers).toContainText(new RegExp(`${soft}\\s*\\D*\\(soft\\)`));
  await expect(page.getByText('Version 2 is broken').first()).toBeVisible();

  // A cell of the matrix becomes a campaign of its own.
  const matrix = outcomeMatrixSchema.parse(await api.get(`/campaigns/${id}/matrix`));
  const cell = matrix.cells.find(({ outcome }) => outcome === 'soft' || outcome === 'hard');
  if (cell === undefined) throw new Error('no machine failed');
  const those = targets.filter(
    ({ verdict, code }) => verdict === cell.verdict && code === cell.code,
  );
  expect(those).toHaveLength(cell.machines);
  await page.getByRole('link', { name: 'To the campaign' }).click();
  await page
    .getByRole('table', { name: 'Machines by verdict and code' })
    .locator(`button[data-outcome="${cell.outcome}"]`)
    .filter({ hasText: new RegExp(`^\\s*${cell.machines}\\s*$`) })
    .first()
    .click();
  await page.getByRole('button', { name: `New campaign from these ${cell.machines}` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make the campaign' }).click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}\/edit$/);
  const draft = await detailOf(api, new URL(page.url()).pathname.split('/').at(-2) ?? '');
  expect(draft).toMatchObject({ state: 'draft', parentId: id });
  const preview = campaignPreviewSchema.parse(
    await api.send('/campaigns/preview', { plan: draft.plan }),
  );
  const included = preview.machines.filter(({ wave }) => wave !== null);
  expect(included.map(({ machineId }) => machineId).sort()).toEqual(
    those.map(({ machineId }) => machineId).sort(),
  );
  await expect(page.getByRole('complementary', { name: 'What the plan would do' })).toContainText(
    new RegExp(`${cell.machines}\\s*machine`),
  );
});

test('while everything is stopped, no machine of a running campaign gets an order', async ({
  page,
  api,
  fleet,
}) => {
  const names = ['STOP-1', 'STOP-2', 'STOP-3', 'STOP-4'];
  const machines = await fleet.join(...names);
  const plan = campaignPlanSchema.parse({
    ...{ name: 'Stopped in the middle', playbook: 'repair-update-services' },
    targets: { source: { type: 'machines', machineIds: machines.map(({ id }) => id) } },
    rollout: { waves: [{ count: 2 }], seed: 'seed' },
    ...{ gate: { soakHours: 0, provenLevel: 'L1' }, budget: {} },
    execution: { endAt: new Date(Date.now() + 86_400_000).toISOString() },
  });
  const { id } = campaignDetailSchema.parse(
    await api.send('/campaigns', { requestId: randomUUID(), plan }),
  );
  await api.send(`/campaigns/${id}/actions`, { action: 'launch', expectedMachines: names.length });
  await untilWave(api, id, 1, /executing/);
  const ordered = async () => (await targetsOf(api, id)).filter(({ runId }) => runId !== null);
  const first = (await ordered()).map(({ machineId }) => machineId);
  expect(first).toHaveLength(2);
  const [working, waiting] = [true, false].map((isFirst) =>
    machines.filter((machine) => first.includes(machine.id) === isFirst),
  );

  await page.goto(`/campaigns/${id}`);
  await page.getByRole('button', { name: 'Emergency stop…' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByLabel(/^Reason|^Why/).fill('The file server is down');
  await question.getByRole('button', { name: 'Stop everything' }).click();
  // What has begun goes on to its end, and the gate lets the next wave go; its machines get nothing.
  for (const machine of working ?? []) await (await machine.nextOrder()).succeed();
  await untilWave(api, id, 2, /dispatching/);
  await expect(page.getByText('The emergency stop is on: no machine gets an order.')).toBeVisible();
  for (const machine of waiting ?? []) {
    machine.disconnect();
    await machine.connect();
  }
  expect((await ordered()).map(({ machineId }) => machineId).sort()).toEqual([...first].sort());
  for (const machine of waiting ?? []) {
    expect(await api.get(`/runs?machineId=${machine.id}`)).toMatchObject({ items: [] });
  }

  await page.getByRole('button', { name: /^Release/ }).click();
  const release = page.getByRole('alertdialog').or(dialogOf(page));
  await release.getByLabel(/^Reason|^Why/).fill('It is back');
  await release.getByRole('button', { name: /^Release/ }).click();
  for (const machine of waiting ?? []) await (await machine.nextOrder()).succeed();
  await expect(page.getByRole('heading', { name: /^Completed/ })).toBeVisible({ timeout: 30_000 });
  expect(await ordered()).toHaveLength(names.length);
});
