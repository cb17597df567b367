import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, RunEventReport } from '@fleetmend/client-protocol';
import { runLifeCycle } from '@fleetmend/domain';
import { profileOf } from '@fleetmend/simulation';
import { TinyServer } from '../testing/tiny-server';
import { FAULTS } from './faults';
import type { Settings } from './settings';
import { simulate } from './simulator';

// The server is a small one of these tests; HTTP, sockets, keys and files are real.

let directory: string;
let server: TinyServer;
let running: { stop: () => Promise<void> }[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleetmend-simulator-'));
  server = new TinyServer();
  running = [];
  await server.start();
});

afterEach(async () => {
  // A fleet that failed must not keep the rest from being tidied.
  await Promise.allSettled(running.map(({ stop }) => stop()));
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function settings(change: Partial<Settings> = {}): Settings {
  return {
    server: server.url,
    machines: 1,
    seed: 'spec',
    token: TinyServer.token,
    tokenFile: undefined,
    dataDirectory: directory,
    faults: new Set(),
    profiles: [],
    clones: 0,
    speed: 1,
    alike: false,
    parent: undefined,
    ...change,
  };
}

function start(change: Partial<Settings> = {}): { stop: () => Promise<void>; lines: string[] } {
  const end = new AbortController();
  const lines: string[] = [];
  const ended = simulate(settings(change), end.signal, (line) => lines.push(line));
  const fleet = {
    lines,
    stop: async () => {
      end.abort();
      await ended;
    },
  };
  running.push(fleet);
  return fleet;
}

/** A seed whose first machine has this trouble at its first start, and works as the test needs it. */
function seedWith(fits: (profile: ReturnType<typeof profileOf>) => boolean): string {
  for (let i = 0; ; i += 1) if (fits(profileOf(`seed ${i}`, 0))) return `seed ${i}`;
}

const isBroken = ({ trouble, isOver, isNotebook }: ReturnType<typeof profileOf>) =>
  trouble?.id === 'files-missing' && !isOver && !isNotebook;

function eventsOf(machineId: string, runId: string): RunEventReport[] {
  return server
    .reportsOf(machineId)
    .filter((report): report is RunEventReport => report.kind === 'run-event')
    .filter((report) => report.runId === runId)
    .sort((a, b) => a.sequence - b.sequence);
}

async function verdictOf(machineId: string, runId: string): Promise<RunEventReport[]> {
  const isLast = ({ event }: RunEventReport) => event === 'verdict' || event === 'refused';
  await server.until(() => eventsOf(machineId, runId).some(isLast));
  return eventsOf(machineId, runId);
}

const onlyMachine = () => [...server.machines.keys()][0]!;
const kinds = (reports: readonly Report[]) => reports.map(({ kind }) => kind);

describe('a fleet', () => {
  it('enrols, connects and tells its past', async () => {
    start({ machines: 12 });
    await server.until(
      () => kinds(server.allReports()).filter((k) => k === 'inventory').length === 12,
    );
    expect(server.enrolments).toBe(12);
    const hostnames = [...server.machines.values()].map(({ hostname }) => hostname);
    const expected = Array.from({ length: 12 }, (_, index) => profileOf('spec', index).hostname);
    expect(hostnames.sort()).toEqual(expected.sort());
    expect(server.allReports().some(({ kind }) => kind === 'failure')).toBe(true);
  });

  it('is the same after a restart, and tells nothing twice', async () => {
    const count = () => kinds(server.allReports()).filter((kind) => kind === 'inventory').length;
    const first = start({ machines: 5 });
    await server.until(() => count() === 5);
    await first.stop();
    const failures = kinds(server.allReports()).filter((kind) => kind === 'failure').length;

    start({ machines: 5, token: undefined });
    await server.until(() => count() === 10);
    expect(server.enrolments).toBe(5);
    expect(kinds(server.allReports()).filter((kind) => kind === 'failure')).toHaveLength(failures);
  });

  it('loses and doubles nothing when the network misbehaves', async () => {
    start({ machines: 6, faults: new Set(FAULTS), speed: 500 });
    const told = () => kinds(server.allReports()).filter((kind) => kind === 'inventory').length;
    await server.until(() => told() === 6);
    const runs = await Promise.all(
      [...server.machines.keys()].map(async (id) => [id, (await server.order(id)).jti] as const),
    );
    for (const [machineId, runId] of runs) {
      // Complete: as many events as the last one's number says.
      await server.until(() => {
        const events = eventsOf(machineId, runId);
        const last = events.at(-1);
        return last?.event === 'verdict' && last.sequence + 1 === events.length;
      });
    }
    const arrivals = [...server.machines.values()].flatMap((machine) => machine.arrivals);
    expect(arrivals.length).toBeGreaterThan(server.allReports().length);
    expect(server.connections).toBeGreaterThan(6);
  }, 30_000);

  it('comes back when the server does', async () => {
    start({ machines: 3 });
    await server.until(() => server.connections === 3);
    await server.stop();
    await server.start();
    await server.until(() => server.connections === 6);
    expect(server.enrolments).toBe(3);
  }, 20_000);

  it('enrols anew when the server has lost its data', async () => {
    start({ machines: 1 });
    await server.until(() => server.connections === 1);
    await server.stop();
    server.machines.clear();
    await server.start();
    await server.until(() => server.enrolments === 2 && server.connections === 2);
  }, 20_000);
});

describe('an enrolment', () => {
  it('is tried again when the server is busy, throttles, or has the key already', async () => {
    for (const status of [503, 429, 409]) {
      const code = status === 409 ? 'public-key-taken' : 'server-busy';
      server.enrolmentTroubles.push({ status, body: { code, message: '…' } });
    }
    start();
    await server.until(() => server.connections === 1);
  }, 20_000);

  it.each([
    ['is refused for good', { token: 'x'.repeat(30) }, 'This token is unknown.'],
    ['has no token', { token: undefined }, '--token-file'],
  ])('ends the simulator with a reason when it %s', async (_, change, reason) => {
    const { signal } = new AbortController();
    await expect(simulate(settings(change), signal, () => undefined)).rejects.toThrow(reason);
  });

  it('waits for the file with the token', async () => {
    const tokenFile = join(directory, 'token');
    start({ token: undefined, tokenFile });
    await writeFile(tokenFile, `${TinyServer.token}\n`);
    await server.until(() => server.connections === 1);
  });
});

it('says which file is damaged, and leaves it alone', async () => {
  await start().stop();
  const [file] = await readdir(directory);
  await writeFile(join(directory, file!), '{"0": {}}');
  await expect(simulate(settings(), new AbortController().signal, () => undefined)).rejects.toThrow(
    `${file} is damaged`,
  );
});

describe('an order', () => {
  it('is played step by step to its verdict', async () => {
    start({ seed: seedWith(isBroken), speed: 500 });
    await server.until(() => server.connections === 1);
    const { jti } = await server.order(onlyMachine());
    const events = await verdictOf(onlyMachine(), jti);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
    const states = events.flatMap((event) => (event.event === 'state' ? [event.state] : []));
    ['leased' as const, ...states].reduce((from, to) => {
      expect(runLifeCycle.allows(from, to)).toBe(true);
      return to;
    });
    expect(kinds(server.reportsOf(onlyMachine()))).toContain('history');
  });

  it('is told with a later success of the update when it mends', async () => {
    start({ seed: seedWith(isBroken), speed: 500 });
    await server.until(() => server.connections === 1);
    const good = ['fixed', 'scan-ok-not-installed'];
    for (let verdict = ''; !good.includes(verdict);) {
      const { jti } = await server.order(onlyMachine());
      const last = (await verdictOf(onlyMachine(), jti)).at(-1);
      verdict = last?.event === 'verdict' ? last.verdict : '';
      if (verdict === 'fixed') expect(last).toMatchObject({ level: 'L2' });
    }
    await server.until(() => kinds(server.reportsOf(onlyMachine())).includes('success'));
    expect(server.reportsOf(onlyMachine())).toContainEqual(
      expect.objectContaining({ kind: 'success', phase: 'install' }),
    );
  }, 20_000);

  it('changes nothing in a dry run', async () => {
    start({ seed: seedWith(isBroken), speed: 500 });
    await server.until(() => server.connections === 1);
    const { jti } = await server.order(onlyMachine(), { mode: 'dry-run' });
    const events = await verdictOf(onlyMachine(), jti);
    expect(events.at(-1)).toMatchObject({ verdict: 'dry-run-done' });
    const acting = events.filter((event) => event.event === 'step' && event.section === 'acting');
    expect(acting.map((event) => event.event === 'step' && event.state)).toEqual(
      acting.map(() => 'skipped'),
    );
  });

  it('leaves a folder that the inventory tells of, until it is undone', async () => {
    start({ seed: seedWith(({ trouble }) => trouble === undefined), speed: 500 });
    await server.until(() => server.connections === 1);
    const told = () =>
      server
        .reportsOf(onlyMachine())
        .flatMap((one) => (one.kind === 'inventory' ? [one.inventory.backups?.folders ?? []] : []));
    let undoes = '';
    for (let verdict = ''; verdict !== 'scan-ok-not-installed';) {
      ({ jti: undoes } = await server.order(onlyMachine()));
      const last = (await verdictOf(onlyMachine(), undoes)).at(-1);
      verdict = last?.event === 'verdict' ? last.verdict : '';
    }
    const isThere = () =>
      told()
        .at(-1)
        ?.some(({ runId }) => runId === undoes) ?? false;
    await server.until(isThere);
    await server.order(onlyMachine(), { mode: 'undo', undoes });
    await server.until(() => !isThere());
  }, 20_000);

  it('can be undone once', async () => {
    start({ seed: seedWith(({ trouble }) => trouble === undefined), speed: 500 });
    await server.until(() => server.connections === 1);
    let undoes = '';
    for (let verdict = ''; verdict !== 'scan-ok-not-installed';) {
      ({ jti: undoes } = await server.order(onlyMachine()));
      const last = (await verdictOf(onlyMachine(), undoes)).at(-1);
      verdict = last?.event === 'verdict' ? last.verdict : '';
    }
    const undo = await server.order(onlyMachine(), { mode: 'undo', undoes });
    expect((await verdictOf(onlyMachine(), undo.jti)).at(-1)).toMatchObject({ verdict: 'undone' });
    const again = await server.order(onlyMachine(), { mode: 'undo', undoes });
    expect((await verdictOf(onlyMachine(), again.jti)).at(-1)).toMatchObject({
      event: 'refused',
      reason: 'nothing-to-undo',
    });
  }, 20_000);

  it('that was cut short by a restart ends with the truth', async () => {
    const seed = seedWith(isBroken);
    const first = start({ seed });
    await server.until(() => server.connections === 1);
    const { jti } = await server.order(onlyMachine());
    await server.until(() => eventsOf(onlyMachine(), jti).length > 2);
    await first.stop();
    start({ seed });
    const events = await verdictOf(onlyMachine(), jti);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({ event: 'verdict', verdict: 'rolled-back' });
  }, 20_000);

  it('of somebody else is rejected, and reported', async () => {
    start();
    await server.until(() => server.connections === 1);
    const machineId = onlyMachine();
    const stranger = new TinyServer();
    await stranger.start();
    await stranger.stop();
    const claims = await server.order(machineId, { exp: 1 });
    server.deliver(machineId, await stranger.sign({ ...claims, exp: 9_999_999_999 }));
    await server.until(() => kinds(server.reportsOf(machineId)).includes('rejected-order'));
    expect(server.reportsOf(machineId)).toContainEqual(
      expect.objectContaining({ kind: 'rejected-order', reason: 'bad-signature' }),
    );
    expect(await verdictOf(machineId, claims.jti)).toMatchObject([
      { event: 'refused', reason: 'expired-order', sequence: 0 },
    ]);
  });
});

describe('a profile', () => {
  it('has a flapping machine come and go', async () => {
    start({ profiles: [{ name: 'flapping', share: 1 }], speed: 10_000 });
    await server.until(() => server.connections >= 3);
    expect(server.enrolments).toBe(1);
  }, 20_000);

  it('has a lost machine go silent in its run, and stay so after a restart', async () => {
    const seed = seedWith(isBroken);
    const profiles = [{ name: 'lost-after-step-3', share: 1 } as const];
    const fleet = start({ seed, profiles, speed: 500 });
    await server.until(() => server.connections === 1);
    const { jti } = await server.order(onlyMachine());
    await server.until(() => server.machines.get(onlyMachine())?.socket === undefined);
    const ended = eventsOf(onlyMachine(), jti).flatMap((event) =>
      event.event === 'step' && event.state !== 'running' ? [event.stepId] : [],
    );
    expect(ended.length).toBeLessThanOrEqual(3);
    await fleet.stop();
    const again = start({ seed, profiles, machines: 2, speed: 500 });
    await server.until(() => server.enrolments === 2);
    await again.stop();
    expect(server.connections).toBe(2);
  }, 20_000);

  it('clones its share of the machines', async () => {
    start({ machines: 2, profiles: [{ name: 'cloned', share: 1 }] });
    await server.until(
      () => [...server.machines.values()].filter(({ socket }) => socket).length === 4,
    );
  }, 20_000);
});

it('has computers with a copied key become machines of their own, and keeps them', async () => {
  const fleet = start({ machines: 2, clones: 3 });
  await server.until(
    () => [...server.machines.values()].filter(({ socket }) => socket).length === 5,
  );
  const names = [...server.machines.values()].map(({ hostname }) => hostname);
  expect(names.filter((name) => name.endsWith('-COPY'))).toHaveLength(3);
  await fleet.stop();
  start({ machines: 2, clones: 3 });
  await server.until(
    () => [...server.machines.values()].filter(({ socket }) => socket).length === 5,
  );
  expect(server.enrolments).toBe(5);
});
