import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { type Death } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { type Behaviour, NEW, OLD, SERVICE, UpdateScene } from '../../testing/update-scene';
import { type JournalWatcher, type UpdateJournal } from './update-folder';

/** What must be true whenever an update is over, however it went. */
async function expectTruth(scene: UpdateScene, wanted: 'new' | 'old'): Promise<UpdateJournal> {
  const journal = await scene.folder.read();
  expect(journal?.phase).toBe(wanted === 'new' ? 'confirmed' : 'rolled-back');
  expect(scene.installed).toBe(wanted === 'new' ? NEW : OLD);
  expect(scene.service.state).toBe('running');
  expect(scene.stateIsOld).toBe(wanted === 'old');
  return journal!;
}

/** Files are real; services, time, the clients and the network are simulated. */
describe('the guard of an update', () => {
  jest.setTimeout(60_000);
  let scene: UpdateScene;

  beforeEach(async () => {
    scene = new UpdateScene();
    await scene.folder.write(scene.journal);
  });
  afterEach(removeTemporaryFolders);

  it('puts the new client in place and keeps it when it reaches the server', async () => {
    expect(await scene.guard()).toBe('done');
    await expectTruth(scene, 'new');
  });

  it.each<[Behaviour, string]>([
    ['ends', 'crashes'],
    ['silent', 'does-not-connect'],
    ['calls-itself-otherwise', 'wrong-version'],
  ])('brings the old client back when the new one %s', async (behaviour, reason) => {
    scene.behaviour = behaviour;
    expect(await scene.guard()).toBe('done');
    expect(await expectTruth(scene, 'old')).toMatchObject({ reason });
  });

  it('brings the old client back when Windows can not start the new one', async () => {
    const start = scene.windows.services.requestStart.bind(scene.windows.services);
    jest.spyOn(scene.windows.services, 'requestStart').mockImplementation((name) => {
      if (scene.installed === OLD) return start(name);
      return Promise.reject(new Error('it is no executable (193)'));
    });
    expect(await scene.guard()).toBe('done');
    const journal = await expectTruth(scene, 'old');
    expect(journal).toMatchObject({
      reason: 'does-not-start',
      message: expect.stringContaining('193') as unknown,
    });
  });

  it('gives the new client its time to reach a server that answers, and no more', async () => {
    scene.behaviour = 'silent';
    await scene.guard();
    expect(scene.probes).toBe(40);
  });

  it('waits with its judgement while nobody can reach the server', async () => {
    await scene.onProbation({ silent: 30 });
    scene.behaviour = 'silent';
    scene.serverAnswers = false;
    const watched: JournalWatcher = (phase, when) => {
      // After hours without network the cable is in again.
      if (phase === 'probation' && when === 'after' && scene.probes === 50) {
        scene.serverAnswers = true;
        scene.behaviour = 'reaches';
      }
    };
    expect(await scene.guard(() => watched)).toBe('done');
    await expectTruth(scene, 'new');
  });

  it('does not wait for ever, and then blames nobody', async () => {
    await scene.onProbation({ silent: 890 });
    scene.behaviour = 'silent';
    scene.serverAnswers = false;
    await scene.guard();
    expect(await expectTruth(scene, 'old')).toMatchObject({ reason: 'server-unreachable' });
  });

  it('does not believe a confirmation of another update', async () => {
    scene.behaviour = 'silent';
    const { releaseId, version } = scene.journal;
    await scene.folder.confirm({ releaseId, version, stagedAt: '2026-01-01T00:00:00.000Z' });
    await scene.guard();
    expect(await expectTruth(scene, 'old')).toMatchObject({ reason: 'does-not-connect' });
  });

  it('moves nothing when the executable is not what was checked', async () => {
    writeFileSync(scene.folder.fresh, 'changed');
    await scene.guard();
    expect(await expectTruth(scene, 'old')).toMatchObject({ reason: 'wrong-content' });
    expect(scene.windows.faults.calls).not.toContainEqual(expect.stringContaining('rename'));
  });

  it('tries again while a virus scanner holds the file', async () => {
    scene.windows.faults.refuse('rename', 32, { times: 5 });
    expect(await scene.guard()).toBe('done');
    await expectTruth(scene, 'new');
  });

  it.each([
    ['the old one can not be moved', 1],
    ['the new one can not be moved', 2],
  ])('goes back when %s', async (_, nth) => {
    const { directories } = scene.windows;
    const rename = directories.rename.bind(directories);
    let count = 0;
    jest.spyOn(directories, 'rename').mockImplementation((from, to) => {
      count += 1;
      if (count === nth) return Promise.reject(new Error('the disk is broken'));
      return rename(from, to);
    });
    expect(await scene.guard()).toBe('done');
    expect(await expectTruth(scene, 'old')).toMatchObject({ reason: 'could-not-swap' });
  });

  it('goes back to its own copy when the old executable is gone', async () => {
    scene.behaviour = 'silent';
    const watched: JournalWatcher = (phase) => {
      if (phase === 'rolling-back') rmSync(scene.folder.previous, { force: true });
    };
    await scene.guard(() => watched);
    await expectTruth(scene, 'old');
  });

  it('goes back when the service does not stop, and leaves the old client running', async () => {
    scene.windows.faults.refuse('stop', 1061);
    await scene.guard();
    expect(await expectTruth(scene, 'old')).toMatchObject({ reason: 'could-not-swap' });
  });

  it('starts the client again when the journal can not be written any more', async () => {
    let isFull = true;
    const full: JournalWatcher = (phase, when) => {
      if (phase !== 'probation' || when === 'after' || !isFull) return;
      isFull = false;
      throw new Error('no space left on device');
    };
    expect(await scene.guard(() => full)).toBe('done');
    expect(isFull).toBe(false);
    await expectTruth(scene, 'new');
  });

  it('leaves a client alone that somebody else has installed meanwhile', async () => {
    scene.behaviour = 'silent';
    const watched: JournalWatcher = (phase, when) => {
      if (phase === 'rolling-back' && when === 'before')
        writeFileSync(scene.executable, 'installed by hand');
    };
    await scene.guard(() => watched);
    expect(scene.installed).toBe('installed by hand');
    expect(scene.service.state).toBe('running');
  });

  it('gives up with a client in place when its journal is damaged', async () => {
    await scene.guard(() => (phase, when) => {
      if (phase !== 'probation' || when !== 'after') return;
      writeFileSync(`${scene.root}/update/journal.json`, 'half of a jour');
      rmSync(scene.executable, { force: true });
      throw new Error('it is read again');
    });
    expect(scene.installed).toBe(OLD);
    expect(scene.service.state).toBe('running');
    expect(existsSync(`${scene.root}/update/journal.json`)).toBe(false);
  });

  it('has nothing to do where there is no journal', async () => {
    await scene.folder.forget();
    expect(await scene.guard()).toBe('done');
    expect(scene.windows.faults.calls).toEqual([]);
  });
});

/** A power cut: the guard is gone, Windows starts again, and with it the client, if there is one, and the guard. */
async function powerCut(scene: UpdateScene): Promise<void> {
  scene.windows.restartMachine();
  if (scene.installed === undefined) scene.service.state = 'stopped';
  expect(await scene.guard()).toBe('done');
}

describe('a guard that dies in the middle', () => {
  jest.setTimeout(120_000);
  afterEach(removeTemporaryFolders);

  const cases = (['reaches', 'ends', 'silent'] as const).flatMap((behaviour) =>
    (['before', 'after'] as const).map((when) => [behaviour, when] as const),
  );
  /** What is written in between tells nothing new. */
  const patient = { answered: 35 };

  it.each(cases)(
    'with a client that %s ends truthfully when it died %s any write of its journal',
    async (behaviour, when) => {
      for (let write = 1; ; write += 1) {
        const scene = new UpdateScene();
        scene.behaviour = behaviour;
        if (behaviour === 'silent') await scene.onProbation(patient);
        else await scene.folder.write(scene.journal);
        let count = 0;
        const dying =
          (death: Death): JournalWatcher =>
          (_, now) => {
            if (now !== when) return;
            count += 1;
            if (count === write) return death.now<undefined>();
          };
        const life = await scene.guard(dying);
        if (life === 'dead') await powerCut(scene);
        await expectTruth(scene, behaviour === 'reaches' ? 'new' : 'old');
        if (life === 'done') {
          expect(write).toBeGreaterThan(3);
          break;
        }
      }
    },
  );

  it.each(
    (['reaches', 'ends'] as const).flatMap((behaviour) =>
      ['stop', 'start', 'rename .*client.exe -> ', 'rename .* -> .*client.exe'].flatMap((call) =>
        (['before', 'after'] as const).map((when) => [behaviour, when, call] as const),
      ),
    ),
  )('with a client that %s ends truthfully when it died %s "%s"', async (behaviour, when, call) => {
    const scene = new UpdateScene();
    scene.behaviour = behaviour;
    await scene.folder.write(scene.journal);
    const subject = call.startsWith('rename') ? call : `${call} ${SERVICE}`;
    scene.windows.faults.crashAt(new RegExp(`^${subject}`), when);
    expect(await scene.guard()).toBe('dead');
    await powerCut(scene);
    await expectTruth(scene, behaviour === 'reaches' ? 'new' : 'old');
  });

  it('comes back to the old client when it dies on the way back, too', async () => {
    for (const when of ['before', 'after'] as const) {
      const scene = new UpdateScene();
      scene.behaviour = 'silent';
      await scene.folder.write(scene.journal);
      expect(
        await scene.guard(() => (phase, now) => {
          if (phase !== 'rolling-back' || now !== 'after') return;
          scene.windows.faults.crashAt(/^rename .* -> .*client.exe$/, when);
        }),
      ).toBe('dead');
      await powerCut(scene);
      await expectTruth(scene, 'old');
    }
  });
});
