import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type ClientUpdateReport,
  FETCH_UPDATE,
  type RejectedOrderReport,
  type Report,
} from '@fleetmend/client-protocol';
import { PatientClock } from '../../testing/patient-clock';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { UpdateServer } from '../../testing/update-server';
import { refusedReleases, untrustedOffers } from '../../testing/worthless-offers';
import { type Clock } from '../clock';
import { Route } from '../connection/route';
import { ServerClock } from '../connection/server-clock';
import { silentLog } from '../log';
import { Outbox } from '../outbox/outbox';
import { openState } from '../state/open-state';
import { type State, text } from '../state/state';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { UpdateFolder } from './update-folder';
import { Updater } from './updater';

/** Time that passes as fast as it may, but lets the network have its turn. */
const hasty: Clock = { now: () => new Date(), sleep: () => turn() };
/** How often an update that goes on is looked after, and how often it is looked whether one does. */
const [OFTEN, RARELY] = [1_000, 30_000];
const UPDATING = 'the client that runs';

/** Real: HTTP, signatures, files, the state. Not real: Windows, the guard, and the socket that offers come through. */
describe('the updater', () => {
  let server: UpdateServer;
  let root: string;
  let windows: SimulatedWindows;
  let state: State;
  let folder: UpdateFolder;
  let stop: AbortController;
  let running: Promise<void>;
  let offered: string | null;
  let hasGuard: boolean;
  let guarded: string[];
  let activeRun: object | undefined;
  let metered: boolean;

  beforeEach(async () => {
    server = await UpdateServer.start();
    root = temporaryFolder();
    windows = simulatedWindows({ root });
    state = openState(join(root, 'data'), silentLog);
    writeFileSync(join(root, 'client.exe'), UPDATING);
    folder = new UpdateFolder(join(root, 'update'), join(root, 'client.exe'));
    stop = new AbortController();
    running = Promise.resolve();
    [offered, hasGuard, guarded, activeRun, metered] = [null, false, [], undefined, false];
  });
  afterEach(async () => {
    stop.abort();
    await running;
    state.close();
    await server.close();
    removeTemporaryFolders();
  });

  /** A client that lives, and asks as soon as it is connected. Resolves when it may take orders. */
  async function live(
    keys: readonly string[] = [server.releaseKey],
    clock: Clock = hasty,
  ): Promise<void> {
    const { identity } = server;
    const updater = new Updater({
      installation: {
        ...{ folder, architecture: 'x64', releaseKeys: keys },
        guard: {
          exists: () => Promise.resolve(hasGuard),
          start: (executable) => {
            guarded.push(executable);
            hasGuard = true;
            return Promise.resolve();
          },
        },
      },
      ...{ identity, state, dataDirectory: join(root, 'data'), clock, log: silentLog },
      routes: {
        waysTo: (url) => Promise.resolve([new Route(url, undefined)]),
      },
      serverClock: new ServerClock(state, hasty, windows.machine),
      outbox: new Outbox(state, silentLog),
      runs: { active: () => activeRun as never },
      isMetered: () => Promise.resolve(metered),
      directories: windows.directories,
      waits: { baseMs: 1, capMs: 1 },
    });
    running = updater.run(stop.signal);
    await new Promise<void>((resolve) => {
      const ended = stop.signal;
      const ask = (event: string) => {
        expect(event).toBe(FETCH_UPDATE);
        return Promise.resolve({ ok: true, offer: offered });
      };
      updater.connected({ ended, ask, asked: () => Promise.resolve() }, resolve);
    });
  }

  const reports = (): Report[] =>
    state
      .all('SELECT body FROM outbox ORDER BY position')
      .map((row) => JSON.parse(text(row, 'body')) as Report);
  const updates = () =>
    reports().filter((one): one is ClientUpdateReport => one.kind === 'client-update');

  async function until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await turn();
    }
  }
  const told = (wanted: ClientUpdateReport['state']) =>
    until(() => updates().find((one) => one.state === wanted));

  it('fetches what it is offered, makes it ready, and hands over to the guard', async () => {
    offered = await server.offer();
    await live();
    await until(() => guarded[0]);
    expect(updates().map((one) => one.state)).toEqual(['downloading', 'installing']);
    expect(guarded).toEqual([folder.guard]);
    expect(readFileSync(folder.fresh).equals(server.content)).toBe(true);
    expect(readFileSync(folder.guard, 'utf8')).toBe(UPDATING);
    expect(existsSync(join(root, 'data', 'client.db.before-update'))).toBe(true);
    expect(await folder.read()).toMatchObject({
      ...{ phase: 'staged', releaseId: server.releaseId, version: '0.2.0' },
    });
    // Nothing was moved: that is the guard's.
    expect(readFileSync(folder.executable, 'utf8')).toBe(UPDATING);
  });

  it('waits for a network that costs nothing', async () => {
    metered = true;
    offered = await server.offer();
    await live();
    for (let look = 0; look < 200; look += 1) await turn();
    expect(server.asked).toEqual([]);
    metered = false;
    await until(() => guarded[0]);
  });

  it('waits until no run goes on', async () => {
    activeRun = {};
    offered = await server.offer();
    await live();
    await told('downloading');
    for (let look = 0; look < 200; look += 1) await turn();
    expect(guarded).toEqual([]);
    activeRun = undefined;
    await until(() => guarded[0]);
  });

  it.each(untrustedOffers)('does not trust %s, and fetches nothing', async (_, make, reason) => {
    offered = await make(server);
    await live();
    const rejected = await until(() =>
      reports().find((one): one is RejectedOrderReport => one.kind === 'rejected-order'),
    );
    expect(rejected.reason).toBe(reason);
    expect(server.asked).toEqual([]);
    expect(updates()).toEqual([]);
  });

  it.each(refusedReleases)(
    'refuses a release %s, whatever its server says',
    async (_, make, reason) => {
      offered = await server.offer({ manifest: await make(server) });
      await live();
      expect(await told('failed')).toMatchObject({ releaseId: server.releaseId, reason });
      expect(server.asked).toEqual([]);
      expect(existsSync(folder.path)).toBe(false);
    },
  );

  it('refuses everything without a release key, and says so', async () => {
    offered = await server.offer();
    await live([]);
    expect(await told('failed')).toMatchObject({ reason: 'no-release-key' });
    expect(server.asked).toEqual([]);
  });

  it('takes a release of any of its keys, and says the same thing once', async () => {
    offered = await server.offer({ manifest: await server.manifest({ version: '0.1.0' }) });
    await live(['A'.repeat(43), server.releaseKey]);
    await told('failed');
    stop.abort();
    await running;
    stop = new AbortController();
    await live(['A'.repeat(43), server.releaseKey]);
    for (let look = 0; look < 200; look += 1) await turn();
    expect(updates()).toHaveLength(1);
  });

  it('does not begin without room', async () => {
    windows.directories.free = 200_000_000;
    offered = await server.offer();
    await live();
    expect(await told('failed')).toMatchObject({ reason: 'disk-full' });
    expect(server.asked).toEqual([]);
  });

  it('goes on where a download broke off', async () => {
    let broken = 0;
    server.mischief = (request, response) => {
      if (broken === 2) return false;
      broken += 1;
      const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
      server.send(response, from, 100_000);
      return true;
    };
    offered = await server.offer();
    await live();
    await until(() => guarded[0]);
    expect(server.asked).toEqual(['-', 'bytes=100000-', 'bytes=200000-']);
    expect(readFileSync(folder.fresh).equals(server.content)).toBe(true);
  });

  it('starts over when the server sends another part than was asked for', async () => {
    const answers: [number, number?][] = [[0, 50_000], [10]];
    server.mischief = (_, response) => {
      const next = answers.shift();
      if (next) server.send(response, ...next);
      return next !== undefined;
    };
    offered = await server.offer();
    await live();
    await until(() => guarded[0]);
    expect(readFileSync(folder.fresh).equals(server.content)).toBe(true);
  });

  it('comes again when it is put off', async () => {
    let busy = 3;
    server.mischief = (_, response) => {
      if (busy === 0) return false;
      busy -= 1;
      response.writeHead(503, { 'retry-after': '30' }).end();
      return true;
    };
    offered = await server.offer();
    await live();
    await until(() => guarded[0]);
    expect(server.asked).toHaveLength(4);
  });

  it('lets go of a release that was halted', async () => {
    server.mischief = (_, response) => {
      response.writeHead(410).end();
      return true;
    };
    offered = await server.offer();
    await live(undefined, new PatientClock(RARELY));
    await until(() => server.asked[0]);
    for (let look = 0; look < 300; look += 1) await turn();
    expect(server.asked).toHaveLength(1);
    expect(updates()).toHaveLength(1);
  });

  it.each<[string, (response: Parameters<UpdateServer['send']>[0]) => void, string]>([
    [
      'sends other bytes',
      (response) => {
        response.end(Buffer.alloc(300_000));
      },
      'wrong-content',
    ],
    [
      'sends without end',
      (response) => {
        response.writeHead(200);
        response.write(Buffer.alloc(300_000));
        response.write(Buffer.alloc(300_000));
      },
      'wrong-content',
    ],
    [
      'sends it elsewhere',
      (response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
      },
      'download-failed',
    ],
    [
      'always breaks off at once',
      (response) => {
        response.destroy();
      },
      'download-failed',
    ],
  ])('runs nothing from a server that %s', async (_, mischief, reason) => {
    server.mischief = (_request, response) => {
      mischief(response);
      return true;
    };
    offered = await server.offer();
    await live();
    expect(await told('failed')).toMatchObject({ reason });
    expect(guarded).toEqual([]);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.exe'))).toEqual([]);
  });

  it('gives up with nothing changed when it can not be made ready', async () => {
    windows.faults.refuse('rename', 5);
    offered = await server.offer();
    await live();
    expect(await told('failed')).toMatchObject({ reason: 'could-not-stage' });
    expect(await folder.read()).toBeUndefined();
    expect(guarded).toEqual([]);
  });

  describe('around an update', () => {
    const journal = () => ({
      ...{ releaseId: server.releaseId, version: '0.1.0', fromVersion: '0.0.9' },
      ...{ sha256: 'a'.repeat(64), previousSha256: 'b'.repeat(64), serverUrl: 'https://x' },
      ...{ stagedAt: '2026-11-21T08:00:00.000Z', endings: 0, answered: 0, silent: 0 },
    });

    beforeEach(() => {
      mkdirSync(folder.path, { recursive: true });
      hasGuard = true;
    });

    it('a new client says that it reached the server, and takes no orders until that is decided', async () => {
      await folder.write({ ...journal(), phase: 'probation' });
      let mayTakeOrders = false;
      const living = live().then(() => {
        mayTakeOrders = true;
      });
      while ((await folder.readConfirmation()) === undefined) await turn();
      expect(await folder.readConfirmation()).toMatchObject({ version: '0.1.0' });
      for (let look = 0; look < 100; look += 1) await turn();
      expect(mayTakeOrders).toBe(false);
      await folder.write({ ...journal(), phase: 'confirmed' });
      await living;
      expect(await told('installed')).toMatchObject({ version: '0.1.0' });
    });

    it('tidies up when the guard is gone, and tells the end once', async () => {
      await folder.write({ ...journal(), phase: 'confirmed' });
      writeFileSync(folder.previous, 'old');
      await live();
      await told('installed');
      expect(existsSync(folder.previous)).toBe(true);
      hasGuard = false;
      while ((await folder.read()) !== undefined) await turn();
      expect(existsSync(folder.previous)).toBe(false);
      expect(updates()).toHaveLength(1);
    });

    it('looks often until it is over, and then rarely', async () => {
      const clock = new PatientClock(RARELY);
      await folder.write({ ...journal(), phase: 'confirmed' });
      await live(undefined, clock);
      await until(() => clock.slept[2]);
      expect(new Set(clock.slept)).toEqual(new Set([OFTEN]));
      hasGuard = false;
      await until(() => clock.slept.find((one) => one === RARELY));
      expect(await folder.read()).toBeUndefined();
    });

    it('remembers an executable that was taken back, and why', async () => {
      const sha256 = /"sha256":"(\w+)"/.exec(
        Buffer.from((await server.manifest()).split('.')[1] ?? '', 'base64url').toString(),
      )?.[1];
      const back = { phase: 'rolled-back', reason: 'crashes', message: 'It ended.' } as const;
      await folder.write({ ...journal(), ...back, sha256: sha256! });
      hasGuard = false;
      await live();
      expect(await told('rolled-back')).toMatchObject({ reason: 'crashes' });
      while ((await folder.read()) !== undefined) await turn();
      offered = await server.offer();
      stop.abort();
      await running;
      stop = new AbortController();
      await live();
      expect(await told('failed')).toMatchObject({ reason: 'known-bad' });
      expect(server.asked).toEqual([]);
    });

    it('takes orders although a journal that nobody guards is damaged', async () => {
      hasGuard = false;
      writeFileSync(join(folder.path, 'journal.json'), '{"phase":');
      await live();
      expect(await folder.read()).toBeUndefined();
    });

    it('makes the guard again when it is missing', async () => {
      hasGuard = false;
      await folder.write({ ...journal(), phase: 'swapping' });
      await live();
      await until(() => guarded[0]);
      expect(guarded).toEqual([folder.guard]);
    });
  });

  describe('how often it looks', () => {
    let clock: PatientClock;

    beforeEach(() => {
      clock = new PatientClock(RARELY);
    });

    it('rarely while no update goes on', async () => {
      await live(undefined, clock);
      await until(() => clock.slept[0]);
      expect(clock.slept).toEqual([RARELY]);
    });

    it('at once and often when it has begun one', async () => {
      offered = await server.offer();
      await live(undefined, clock);
      await until(() => guarded[0]);
      clock.slept = [];
      hasGuard = false;
      await until(() => guarded[1]);
      await until(() => clock.slept[0]);
      expect(clock.slept).not.toContain(RARELY);
      expect(clock.slept).toContain(OFTEN);
    });
  });
});
