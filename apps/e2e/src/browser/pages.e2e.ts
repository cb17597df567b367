import { randomUUID } from 'node:crypto';
import { campaignDetailSchema, policySchema } from '@fleetmend/dashboard-api';
import type { Page } from '@playwright/test';
import { administrator } from '../product';
import { expect, test } from './browser-test';
import type { Account } from './fleet';
import { inspectEverywhere, wrongIn } from './inspection';
import { failTogether, order } from './remediate';
import { filesMissing, storeDamaged } from './trouble';

test.use({ productOptions: {}, trace: 'off' });

/** A page by what is seen on it when it is ready. */
interface Visit {
  readonly path: string;
  readonly ready: (page: Page) => Promise<void>;
  readonly as?: Account | null;
  /** What the browser's console says because the server refuses. */
  readonly console?: RegExp;
}

const ids = {
  reset: '',
  guarded: '',
  machine: '',
  offline: '',
  remediation: '',
  ended: '',
  run: '',
  draft: '',
  running: '',
  policy: '',
};
let viewer: Account = administrator;

/** A fleet in which every page has something to show. */
test.beforeAll(async ({ fleet, api }) => {
  const names = ['BER-NB-0001', 'WORKSTATION-WITH-A-VERY-LONG-NAME-IN-THE-SECOND-BUILDING', 'PC-3'];
  const [ended, going, offline] = await fleet.join(...names);
  if (ended === undefined || going === undefined || offline === undefined) return;
  await fleet.enrol('NEVER-CAME');
  ids.reset = (await failTogether(api, [ended, going, offline], filesMissing)).id;
  ids.guarded = (await failTogether(api, [offline], storeDamaged)).id;
  ids.machine = going.id;
  ids.offline = offline.id;
  offline.disconnect();

  ids.remediation = (await order(api, [ended, going, offline], ids.reset)).id;
  const first = await ended.nextOrder();
  ids.ended = first.runId;
  await first.succeed();
  const second = await going.nextOrder();
  ids.run = second.runId;
  await second.step('stop-services', 'acting', 'done', 'wuauserv is stopped.');
  await second.step('rename-directory', 'acting', 'failed', 'The folder is in use (error 32).');
  await second.step('stop-services', 'undo', 'undone', 'wuauserv runs again.');

  const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000).toISOString();
  const campaignOf = async (name: string, ...machineIds: readonly string[]) => {
    const plan = {
      ...{ name, playbook: 'repair-update-services' },
      targets: { source: { type: 'machines', machineIds } },
      rollout: { waves: [{ percent: 50 }], seed: 'seed' },
      ...{ gate: {}, budget: {} },
      execution: { endAt: inDays(14) },
    };
    const answer = await api.send('/campaigns', { requestId: randomUUID(), plan });
    return campaignDetailSchema.parse(answer).id;
  };
  ids.draft = await campaignOf('The second building', ended.id, offline.id);
  const others = await fleet.join('PC-4', 'PC-5');
  ids.running = await campaignOf('On its way', ...others.map(({ id }) => id));
  await api.send(`/campaigns/${ids.running}/actions`, { action: 'launch', expectedMachines: 2 });
  // It keeps its order, so that the campaign stays as it is.
  await Promise.race(others.map((machine) => machine.nextOrder()));
  const policy = await api.send('/policies', {
    ...{ name: 'Missing downloads', playbook: 'reset-software-distribution', dailyLimit: 5 },
    match: { type: 'fingerprint', fingerprintId: ids.reset },
    expiresAt: inDays(30),
  });
  ids.policy = policySchema.parse(policy).id;

  viewer = await fleet.person('viewer', 'Vera');
  const { user } = await fleet.person('operator', 'Otto');
  await api.send(`/users/${user.id}`, { disabled: true }, 'PATCH');
});

const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('heading', { name }).first()).toBeVisible();
const row = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole('row', { name }).first()).toBeVisible();

const visits: Readonly<Record<string, () => Visit>> = {
  'sign-in': () => ({ path: '/sign-in', as: null, ready: heading('Sign in') }),
  'sign-in after the session has ended': () => ({
    ...{ path: '/sign-in?ended=true', as: null },
    ready: (page) => expect(page.getByText('Your session has ended.')).toBeVisible(),
  }),
  failures: () => ({ path: '/failures', ready: row(/0x80070002/) }),
  'failures, none that match': () => ({
    path: '/failures?search=nothing',
    ready: heading('No failure matches'),
  }),
  'a failure': () => ({ path: `/failures/${ids.reset}`, ready: row(/BER-NB-0001|PC-3/) }),
  'a failure with the guard': () => ({ path: `/failures/${ids.guarded}`, ready: row(/PC-3/) }),
  machines: () => ({
    path: '/machines',
    ready: async (page) => {
      await row(/BER-NB-0001/)(page);
      await page.getByLabel('Select BER-NB-0001').check();
    },
  }),
  'chronic machines, none': () => ({
    path: '/machines/chronic',
    ready: heading('No chronic machines'),
  }),
  'a machine with a run': () => ({
    path: `/machines/${ids.machine}`,
    ready: heading('What happened'),
  }),
  'a machine that is offline': () => ({
    path: `/machines/${ids.offline}`,
    ready: heading('What happened'),
  }),
  'a machine that does not exist': () => ({
    path: `/machines/${randomUUID()}`,
    ready: (page) => expect(page.getByText('no such machine', { exact: false })).toBeVisible(),
    console: /status of 404/,
  }),
  remediations: () => ({ path: '/remediations', ready: row(/Under way/) }),
  'a remediation': () => ({
    path: `/remediations/${ids.remediation}`,
    ready: row(/BER-NB-0001/),
  }),
  campaigns: () => ({ path: '/campaigns', ready: row(/The second building/) }),
  'campaigns, none that match': () => ({
    path: '/campaigns?state=ended',
    ready: heading('No campaign matches'),
  }),
  'a new campaign, before anything is chosen': () => ({
    path: '/campaigns/new',
    ready: (page) => expect(page.getByRole('button', { name: /^Choose 0x/ }).first()).toBeVisible(),
  }),
  'a new campaign, its playbook': () => ({
    path: `/campaigns/new?fingerprintId=${ids.guarded}&step=playbook`,
    ready: async (page) => {
      await page.getByRole('radio', { name: /^Reset SoftwareDistribution/ }).check();
      await heading('This playbook is the wrong tool here')(page);
    },
  }),
  'a new campaign, its rollout': () => ({
    path: `/campaigns/new?fingerprintId=${ids.reset}&step=rollout`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Add a window' }).click();
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByLabel('Machines at once').fill('0');
      await page.getByLabel('Machines at once').blur();
      await expect(page.getByText('At least 1.').first()).toBeVisible();
    },
  }),
  'a draft of a campaign, once more in words': () => ({
    path: `/campaigns/${ids.draft}/edit?step=review`,
    ready: async (page) => {
      await page.getByText('Machine by machine').click();
      await expect(page.getByRole('button', { name: /^Launch on/ })).toBeEnabled();
    },
  }),
  'a campaign that runs': () => ({
    path: `/campaigns/${ids.running}`,
    ready: async (page) => {
      await heading('Running')(page);
      await row(/PC-4/)(page);
    },
  }),
  'the report of a campaign': () => ({
    path: `/campaigns/${ids.running}/report`,
    ready: heading('What came of it'),
  }),
  policies: () => ({ path: '/policies', ready: row(/Missing downloads/) }),
  'a policy': () => ({
    path: `/policies/${ids.policy}`,
    ready: heading('Missing downloads'),
  }),
  escalations: () => ({ path: '/escalations', ready: heading('Escalations') }),
  'the rules of escalations': () => ({
    path: '/escalations/rules',
    ready: (page) =>
      expect(
        page.getByRole('region', { name: 'Rules' }).getByRole('heading').first(),
      ).toBeVisible(),
  }),
  'campaign settings': () => ({ path: '/campaign-settings', ready: heading('Campaign settings') }),
  'a run under way': () => ({ path: `/runs/${ids.run}`, ready: heading('Steps') }),
  'a run with its verdict': () => ({
    path: `/runs/${ids.ended}`,
    ready: async (page) => {
      await heading('Fixed')(page);
      await page.getByRole('button', { name: 'View' }).click();
      await expect(page.getByText('KB5034441 failed')).toBeVisible();
    },
  }),
  enrolment: () => ({ path: '/enrolment', ready: row(/Browser tests/) }),
  'client updates': () => ({ path: '/client-updates', ready: heading('No release yet') }),
  users: () => ({ path: '/users', ready: row(/Otto.*Disabled/) }),
  audit: () => ({
    path: '/audit',
    ready: async (page) => {
      await page.getByRole('button', { name: /^Details of: reset-software/ }).click();
      await expect(page.getByRole('columnheader', { name: 'Before' })).toBeVisible();
    },
  }),
  server: () => ({ path: '/health', ready: heading('Background work') }),
  account: () => ({ path: '/account', ready: heading('Password') }),
  'a page for others': () => ({
    ...{ path: '/users', as: viewer },
    ready: heading('This page is for administrators'),
  }),
  'a page that does not exist': () => ({
    path: '/nowhere',
    ready: heading('There is no such page'),
  }),
};

for (const [name, visit] of Object.entries(visits)) {
  test(name, async ({ openAs, consoleProblems }) => {
    const { path, ready, as, console } = visit();
    if (console !== undefined) consoleProblems.expect(console);
    const page = await openAs(as === undefined ? administrator : as);
    await page.goto(path);
    await ready(page);
    await expect(page).toHaveTitle(/FleetMend/);
    await inspectEverywhere(page);
  });
}

test('an inspection finds what is wrong', async ({ openAs }) => {
  const page = await openAs(null);
  await page.setContent(
    '<html lang="en"><title>T</title><p style="width: 3000px; color: #ccc">Too wide and too pale',
  );
  expect((await wrongIn(page)).join('\n')).toMatch(/color-contrast at p[^]*html is 30\d\d wide/);
});
