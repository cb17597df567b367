import type { Verdict } from '@fleetmend/domain';
import type { CampaignDispatchRepository } from '../src/features/campaigns/campaign-dispatch.repository';
import type {
  CampaignTargetsRepository,
  TargetGroup,
} from '../src/features/campaigns/campaign-targets.repository';
import type { CampaignUndosRepository } from '../src/features/campaigns/campaign-undos.repository';
import type { CampaignWavesRepository } from '../src/features/campaigns/campaign-waves.repository';
import type { CampaignsRepository } from '../src/features/campaigns/campaigns.repository';
import type { RunDispatcher } from '../src/features/runs';
import type { CampaignStore, StoredRun, StoredTarget } from './campaign-store';

/** What the services ask of the database, answered from memory; whoever asks for more than this gets an error. */
export function storeRepositories(store: CampaignStore) {
  const runOf = ({ runId }: StoredTarget) => store.rows.runs.find(({ id }) => id === runId);
  const lastTryOf = ({ machineId }: StoredTarget) =>
    store.rows.runs.findLast(
      (run) =>
        run.machineId === machineId && run.wave !== null && run.state === 'ended' && run.events > 0,
    )?.id;
  const isUndone = (run: StoredRun | undefined) =>
    run !== undefined &&
    store.rows.runs.some(({ undoes, verdict }) => undoes === run.id && verdict === 'undone');
  const standingOf = (target: StoredTarget): TargetGroup['standing'] =>
    target.verdict !== null
      ? 'ended'
      : target.pending
        ? 'pending'
        : target.settled
          ? 'ended'
          : 'in-flight';
  const verdictOf = (target: StoredTarget): Verdict | null => {
    if (target.verdict !== null) return target.verdict;
    if (!target.settled || target.pending) return null;
    const run = runOf(target);
    return isUndone(run) ? 'undone' : (run?.verdict ?? null);
  };
  const isBusy = (id: string) =>
    store.rows.runs.some(({ machineId, state }) => machineId === id && state !== 'ended');
  const put = (runs: readonly StoredRun[]) => {
    if (runs.some(({ machineId }) => isBusy(machineId))) throw new Error('two runs of one machine');
    store.rows.runs.push(...runs);
  };
  const newRun = (
    machineId: string,
    more: Pick<StoredRun, 'mode' | 'undoes' | 'expiresAt' | 'remediationId'>,
  ): StoredRun => ({
    ...{ id: `run-${store.rows.runs.length + 1}`, machineId, ...more },
    ...{ wave: null, waveAttempt: null, attempt: null, state: 'queued', verdict: null },
    ...{ byMachine: false, level: null, code: null, events: 0, lastEventAt: null },
  });

  const campaigns: Methods<CampaignsRepository> = {
    lock: () => later(store.rows.campaign),
    tryLock: () => later(store.rows.campaign),
    find: () => later(store.rows.campaign),
    put: (_, __, changes) => {
      store.rows.campaign = { ...store.rows.campaign, ...changes };
      return later(undefined);
    },
    addMoves: (_, __, moves) => {
      store.rows.moves.push(...moves);
      return later(undefined);
    },
  };
  const waves: Methods<CampaignWavesRepository> = {
    all: () => later([...store.rows.waves]),
    ofAll: () => later([...store.rows.waves]),
    put: (_, __, number, changes) => {
      store.rows.waves = store.rows.waves.map((wave) =>
        wave.number === number ? { ...wave, ...changes } : wave,
      );
      return later(undefined);
    },
    closeRemediations: () => {
      store.rows.waves = store.rows.waves.map((wave) => ({ ...wave, remediationId: null }));
      return later(undefined);
    },
    linkRemediation: (_, id, __, wave) => {
      store.rows.remediations = store.rows.remediations.map((one) =>
        one.id === id ? { ...one, wave } : one,
      );
      return later(undefined);
    },
    remediations: (_, __, number) =>
      later(
        store.rows.remediations
          .filter(({ wave, undo }) => !undo && (number === null || wave === number))
          .map(({ id }) => id),
      ),
  };
  const targets: Methods<CampaignTargetsRepository> = {
    groups: () =>
      later(
        store.rows.targets.map((target) => {
          const { level = null, code = null } = runOf(target) ?? {};
          return {
            campaignId: store.rows.campaign.id,
            ...{ wave: target.wave, standing: standingOf(target), verdict: verdictOf(target) },
            ...{ level, code, survivedRestart: false, machines: 1 },
          };
        }),
      ),
    runGroups: () =>
      later(
        store.rows.runs
          .filter(({ wave }) => wave !== null)
          .map(({ wave, state, verdict, level, code }) => ({
            campaignId: store.rows.campaign.id,
            ...{ wave, standing: state === 'ended' ? ('ended' as const) : ('in-flight' as const) },
            ...{ verdict, level, code, survivedRestart: false, machines: 1 },
          })),
      ),
    everyone: () =>
      later(
        store.rows.targets.map((target) => ({
          ...{ ...target, hostname: '', online: true, role: 'member', exclusion: null },
          ...{ standing: standingOf(target), verdict: verdictOf(target), message: null },
          ...{ level: runOf(target)?.level ?? null, code: runOf(target)?.code ?? null },
          ...{ runState: runOf(target)?.state ?? null, survivedRestart: false, sortKey: '' },
        })),
      ),
    close: (_, __, { wave, machineIds }, { verdict }) => {
      const closed = store.rows.targets.filter(
        (target) =>
          target.pending &&
          (wave === null || target.wave === wave) &&
          (machineIds?.includes(target.machineId) ?? true),
      );
      for (const target of closed) {
        const runId = lastTryOf(target);
        const attempt = Math.max(target.attempt, 1);
        Object.assign(target, { pending: false, nextAttemptAt: null });
        Object.assign(
          target,
          runId === undefined ? { verdict } : { settled: true, runId, attempt },
        );
      }
      return later(closed.length);
    },
    again: (_, __, wave, machineIds) => {
      const back = store.rows.targets.filter(
        (target) =>
          target.wave === wave && machineIds.includes(target.machineId) && !target.pending,
      );
      for (const target of back) {
        Object.assign(target, {
          ...{ pending: true, settled: false, attempt: 0, offers: 0, verdict: null },
          nextAttemptAt: null,
        });
      }
      return later(back.length);
    },
    lastPending: (_, __, limit) =>
      later(
        store.rows.targets
          .filter(
            (target) => target.pending && target.attempt === 0 && lastTryOf(target) === undefined,
          )
          .sort((a, b) => b.wave - a.wave || b.position - a.position)
          .slice(0, limit)
          .map(({ machineId }) => machineId),
      ),
  };
  const dispatches: Methods<CampaignDispatchRepository> = {
    ended: () =>
      later(
        store.rows.targets.flatMap((target) => {
          const run = runOf(target);
          if (target.settled || target.pending || target.verdict !== null) return [];
          if (run?.state !== 'ended' || run.verdict === null) return [];
          const { machineId, attempt, offers } = target;
          const isSkipped = store.rows.waves.some(
            ({ number, state }) => number === target.wave && state === 'skipped',
          );
          const { verdict, code, events } = run;
          return [{ machineId, attempt, offers, verdict, code, begun: events > 0, isSkipped }];
        }),
      ),
    settle: (_, __, settlements) => {
      for (const { machineId, begun, ...rest } of settlements) {
        const target = store.rows.targets.find((each) => each.machineId === machineId);
        if (!target) continue;
        Object.assign(target, rest, { settled: !rest.pending });
        const runId = begun || rest.pending ? undefined : lastTryOf(target);
        if (runId !== undefined) {
          Object.assign(target, { runId, attempt: Math.max(target.attempt, 1) });
        }
      }
      return later(undefined);
    },
    leaveQueue: () => {
      for (const target of store.rows.targets) {
        const run = runOf(target);
        if (target.pending && target.offers > 0 && (run?.events ?? 0) > 0) {
          Object.assign(target, { pending: false, settled: false, offers: 0, nextAttemptAt: null });
        }
        const verdict = run?.verdict ?? null;
        if (target.pending && (verdict === 'fixed' || verdict === 'superseded')) {
          Object.assign(target, { pending: false, settled: true, nextAttemptAt: null });
        }
      }
      return later(undefined);
    },
    lockDispatch: () => later(undefined),
    atWork: () => {
      const count = store.rows.runs.filter(({ wave, state }) => wave && state !== 'ended').length;
      return later({ campaign: count, fleet: count });
    },
    zones: () => later([]),
    next: (_, __, last, { now, limit }) =>
      later(
        store.rows.targets
          .filter(
            ({ machineId, pending, wave, nextAttemptAt }) =>
              pending &&
              wave <= last &&
              store.rows.online.has(machineId) &&
              (nextAttemptAt === null || nextAttemptAt <= now) &&
              !isBusy(machineId),
          )
          .sort((a, b) => a.wave - b.wave || a.position - b.position)
          .slice(0, limit),
      ),
    ordered: (_, { made, wave, waveAttempt }) => {
      for (const { id, machineId } of made) {
        const target = store.rows.targets.find((each) => each.machineId === machineId);
        const run = store.rows.runs.find((each) => each.id === id);
        if (!target || !run) continue;
        Object.assign(run, { wave, waveAttempt, attempt: target.attempt + 1 });
        Object.assign(target, { pending: false, settled: false, runId: id, nextAttemptAt: null });
      }
      return later(undefined);
    },
  };
  const undos: Methods<CampaignUndosRepository> = {
    ask: (_, __, { runIds, remediationId, until }) => {
      const fresh = runIds.filter((id) => {
        const known = store.rows.undos.find(({ runId }) => runId === id);
        return !known || known.givenUp;
      });
      store.rows.undos = store.rows.undos.filter(({ runId }) => !fresh.includes(runId));
      for (const runId of fresh) {
        store.rows.undos.push({ runId, remediationId, until, undoRunId: null, givenUp: false });
      }
      return later(fresh.length);
    },
    open: () =>
      later(
        store.rows.undos.filter(({ runId, undoRunId, givenUp }) => {
          const run = store.rows.runs.find(({ id }) => id === runId);
          return undoRunId === null && !givenUp && run !== undefined && !isBusy(run.machineId);
        }),
      ),
    ordered: (_, made) => {
      for (const { id, undoes } of made) {
        const undo = store.rows.undos.find(({ runId }) => runId === undoes);
        if (undo) undo.undoRunId = id;
      }
      return later(undefined);
    },
    giveUp: (_, __, now) => {
      for (const undo of store.rows.undos) {
        if (undo.undoRunId === null && undo.until <= now) undo.givenUp = true;
      }
      return later(undefined);
    },
  };
  const runs: Methods<RunDispatcher> = {
    open: (_, { id, mode }) => {
      store.rows.remediations.push({ id, wave: null, undo: mode === 'undo' });
      return later(true);
    },
    dispatch: (_, selection, { remediationId, expiresAt }) => {
      const ids = selection.type === 'machines' ? selection.machineIds : [];
      const made: StoredRun[] = [];
      for (const id of ids) {
        const run = newRun(id, { mode: 'execute', undoes: null, expiresAt, remediationId });
        put([run]);
        made.push(run);
      }
      return later(made);
    },
    withdraw: (_, remediationId) => {
      const queued = store.rows.runs.filter(
        (run) => run.remediationId === remediationId && run.state === 'queued',
      );
      for (const run of queued) Object.assign(run, { state: 'ended', verdict: 'cancelled' });
      return later(queued.map(({ id }) => id));
    },
    reversible: (_, remediationIds) =>
      later(
        store.rows.runs
          .filter(
            (run) =>
              run.mode === 'execute' &&
              run.state === 'ended' &&
              run.events > 0 &&
              remediationIds.includes(run.remediationId) &&
              !store.rows.runs.some(
                ({ undoes, state, verdict }) =>
                  undoes === run.id && (state !== 'ended' || verdict === 'undone'),
              ),
          )
          .map(({ id }) => id),
      ),
    takeBack: (_, runIds, { remediationId, expiresAt }) => {
      const made: (StoredRun & { undoes: string })[] = [];
      for (const undoes of runIds) {
        const run = store.rows.runs.find(({ id }) => id === undoes);
        if (!run || isBusy(run.machineId)) continue;
        const undo = {
          ...newRun(run.machineId, { mode: 'undo', undoes, expiresAt, remediationId }),
          undoes,
        };
        put([undo]);
        made.push(undo);
      }
      return later(made);
    },
  };
  return {
    campaigns: whole<CampaignsRepository>(campaigns),
    waves: whole<CampaignWavesRepository>(waves),
    targets: whole<CampaignTargetsRepository>(targets),
    dispatches: whole<CampaignDispatchRepository>(dispatches),
    undos: whole<CampaignUndosRepository>(undos),
    runs: whole<RunDispatcher>(runs),
  };

  /** Each call is a statement at which the server may die. */
  function whole<T extends object>(methods: Methods<T>): T {
    return new Proxy(methods, {
      get: (given, name) => {
        const method = given[name as keyof T] as ((...args: unknown[]) => unknown) | undefined;
        if (!method) throw new Error(`${String(name)} is not kept in memory.`);
        return (...args: unknown[]) => {
          store.step();
          return method(...args);
        };
      },
    }) as unknown as T;
  }
}

type Methods<T> = Partial<{ [K in keyof T]: T[K] }>;

function later<T>(value: T): Promise<T> {
  return Promise.resolve(value);
}
