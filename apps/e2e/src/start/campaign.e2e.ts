import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomUUID } from 'node:crypto';
import {
  campaignDetailSchema,
  campaignFeedPageSchema,
  campaignTargetPageSchema,
  createdEnrolmentTokenSchema,
} from '@fleetmend/dashboard-api';
import { expect, test } from '@playwright/test';
import { type Api, signIn } from '../api';
import { Barrier, CampaignMachine } from '../campaign-machine';
import { databaseOf } from '../database-of';
import { makeFolder, removeFolder } from '../folders';
import { endProcessesOf, processesOf } from '../processes';
import { freePort, type Product, startProduct } from '../product';
import { ProtocolMachine } from '../protocol-machine';

const MACHINES = 60;
const [FIRST_WAVE, AT_ONCE] = [20, 8];
const SOAK_SECONDS = 4;

/** A server whose computer's clock is set wrong by so many hours. */
function wrongClock(folder: string, hours: number): Record<string, string> {
  const file = join(folder, `clock-${hours}.mjs`);
  writeFileSync(
    file,
    `const right = Date;
     const now = () => right.now() + ${hours} * 3_600_000;
     globalThis.Date = new Proxy(right, {
       construct: (of, given) => (given.length > 0 ? new of(...given) : new of(now())),
       get: (of, name) => (name === 'now' ? now : Reflect.get(of, name)),
     });`,
  );
  return {
    NODE_OPTIONS: `--import=${pathToFileURL(file).href}`,
    FLEETMEND_NODE_LEASE_SECONDS: '2',
  };
}

let folder: string;
test.beforeEach(() => {
  folder = makeFolder();
});
test.afterEach(async () => {
  if (test.info().status === 'passed') expect(processesOf(folder)).toEqual([]);
  else await endProcessesOf(folder);
  removeFolder(folder);
});

test('a campaign comes to its end, each machine once, while servers are killed and the database starts anew', async () => {
  test.skip(process.platform !== 'linux', 'the embedded database listens on a socket file');
  const first = await startProduct({
    dataDirectory: join(folder, 'first'),
    environment: wrongClock(folder, -2),
  });
  const dataDirectory = join(folder, 'second');
  mkdirSync(dataDirectory);
  copyFileSync(join(folder, 'first', 'server-key.json'), join(dataDirectory, 'server-key.json'));
  const port = await freePort();
  const environment = { ...wrongClock(folder, 2), DATABASE_URL: databaseOf(first.dataDirectory) };
  const startSecond = (): Promise<Product> => startProduct({ port, dataDirectory, environment });
  let second = await startSecond();
  const dies = async (): Promise<void> => {
    await second.kill();
    second = await startSecond();
  };

  const api = await signIn(first.url);
  const token = createdEnrolmentTokenSchema.parse(
    await api.send('/enrolment-tokens', { label: 'Many', expiresInHours: 1, maximumUses: null }),
  );
  const barrier = new Barrier();
  const machines = await Promise.all(
    Array.from({ length: MACHINES }, async (_, index) => {
      const machine = await ProtocolMachine.enrol(first.url, token.secret, `PC-${index}`);
      return new CampaignMachine(machine, [first.url, second.url], barrier);
    }),
  );
  for (const [index, machine] of machines.entries()) machine.live(index);
  const id = await launch(api, machines);
  const launchedAt = Date.now();
  const stands = async () => {
    // While the database starts anew, nobody answers.
    const answer = await api.get(`/campaigns/${id}`).catch(() => undefined);
    if (answer === undefined) return 'unknown';
    const { state, waveList } = campaignDetailSchema.parse(answer);
    const wave = waveList.find(({ state: each }) => each !== 'passed');
    return wave ? `${wave.number} ${wave.state} ${wave.tally.inFlight}` : state;
  };
  const until = (expected: RegExp | string) =>
    expect.poll(stands, { timeout: 30_000, intervals: [100] }).toMatch(expected);

  await until(`1 dispatching ${AT_ONCE}`);
  await dies();
  barrier.allow(FIRST_WAVE - 3);
  await until('1 executing 3');
  await dies();
  barrier.allow(FIRST_WAVE);
  await until(/^1 soaking/);
  await dies();
  await until(/^2 dispatching/);
  barrier.allow(FIRST_WAVE + 15);
  await until(`2 dispatching ${AT_ONCE}`);
  const again = await first.restart();
  barrier.allow(MACHINES);
  await until('completed');

  const { tally, waveList } = campaignDetailSchema.parse(await api.get(`/campaigns/${id}`));
  expect(tally).toMatchObject({ success: MACHINES, hard: 0, soft: 0, open: 0, leftOut: 0 });
  expect(machines.map(({ done }) => done.length)).toEqual(machines.map(() => 1));
  const { items: targets } = campaignTargetPageSchema.parse(
    await api.get(`/campaigns/${id}/targets?state=all&limit=200`),
  );
  expect(targets.map(({ attempt, runId }) => [attempt, runId])).toEqual(
    targets.map(({ machineId }) => [
      1,
      machines.find((one) => one.machine.id === machineId)?.done[0],
    ]),
  );
  const { items: feed } = campaignFeedPageSchema.parse(
    await api.get(`/campaigns/${id}/feed?limit=100`),
  );
  const moves = feed.reverse().filter(({ to }) => to !== null);
  const ofWave = (wave: number | null) =>
    moves.filter((move) => move.wave === wave).map(({ to }) => to);
  expect(ofWave(null)).toEqual(['draft', 'scheduled', 'running', 'completed']);
  for (const { number } of waveList) {
    expect(ofWave(number)).toEqual(['dispatching', 'executing', 'soaking', 'evaluating', 'passed']);
    // Whichever clock was asked, each wave was watched for its time, and not for hours.
    const at = (to: string) =>
      Date.parse(moves.find((move) => move.wave === number && move.to === to)?.at ?? '');
    const soaked = (at('evaluating') - at('soaking')) / 1000;
    expect(soaked).toBeGreaterThanOrEqual(SOAK_SECONDS);
    expect(soaked).toBeLessThan(60);
    expect(at('dispatching')).toBeGreaterThan(launchedAt - 60_000);
    expect(at('passed')).toBeLessThan(Date.now() + 60_000);
  }
  for (const { program } of [again, second]) {
    expect(program.output()).toContain("computer's clock differs from the database's");
  }
  await Promise.all(machines.map((machine) => machine.leave()));
  expect((await second.stop()).code).toBe(0);
  expect((await again.stop()).code).toBe(0);
});

/** Launches it once all machines are connected; answers its id. */
async function launch(api: Api, machines: readonly CampaignMachine[]): Promise<string> {
  const plan = {
    ...{ name: 'Servers die', playbook: 'reset-software-distribution' },
    targets: {
      source: { type: 'machines', machineIds: machines.map(({ machine }) => machine.id) },
    },
    rollout: { waves: [{ count: FIRST_WAVE }, { count: MACHINES - FIRST_WAVE }], seed: 'seed' },
    gate: { maximumWaitHours: 1, soakHours: SOAK_SECONDS / 3600 },
    budget: {},
    execution: {
      endAt: new Date(Date.now() + 86_400_000).toISOString(),
      concurrency: AT_ONCE,
    },
  };
  const machinesOf = async () => {
    const preview = (await api.send('/campaigns/preview', { plan })) as { included?: number };
    return preview.included;
  };
  await expect.poll(machinesOf).toBe(MACHINES);
  const { id } = campaignDetailSchema.parse(
    await api.send('/campaigns', { requestId: randomUUID(), plan }),
  );
  await api.send(`/campaigns/${id}/actions`, { action: 'launch', expectedMachines: MACHINES });
  return id;
}
