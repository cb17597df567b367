import type { Remediation, Run, RunDetail, RunStep } from '@fleetmend/dashboard-api';
import {
  findPlaybook,
  isReversible,
  type Playbook,
  provenLevels,
  type RunState,
  stepsFor,
  WATCHED_VERDICTS,
} from '@fleetmend/domain';
import { NOTHING_DONE } from './nothing-done';
import type { RemediationRow } from './remediations.repository';
import type { HistoryRow, RunRow, RunStepRow } from './runs.repository';

const DAY_MS = 24 * 3_600_000;

/** What a run can still be: asked here and by the service, so that a button and its refusal agree. */
export function canCancel(run: { readonly state: RunState }): boolean {
  return run.state === 'queued';
}
export function canUndo(
  run: Pick<
    RunRow,
    'mode' | 'state' | 'verdict' | 'undoneBy' | 'stepsActed' | 'playbook' | 'playbookVersion'
  >,
): boolean {
  const playbook = findPlaybook(run.playbook, run.playbookVersion);
  return (
    playbook !== undefined &&
    isReversible(playbook) &&
    run.mode === 'execute' &&
    run.state === 'ended' &&
    run.stepsActed > 0 &&
    run.undoneBy === null &&
    !NOTHING_DONE.some((verdict) => verdict === run.verdict)
  );
}

function stepsOf(run: RunRow): Playbook['steps'] {
  const playbook = findPlaybook(run.playbook, run.playbookVersion);
  const steps = playbook ? stepsFor(playbook, run.parameters) : [];
  return run.mode === 'undo' ? steps.filter(({ undo }) => undo !== undefined) : steps;
}

function waitingFor(run: RunRow): string | null {
  if (run.state !== 'queued') return null;
  return run.online
    ? 'Waits to be fetched.'
    : 'The machine is offline; it starts when it connects.';
}

/** Until when the failure has to stay away; null where nothing is watched, and when it has stayed away. */
function watchedUntil(
  { mode, verdict, endedAt, heldAt, undoneBy }: RunRow,
  watchDays: number,
): string | null {
  const isWatched = mode === 'execute' && WATCHED_VERDICTS.some((one) => one === verdict);
  if (!isWatched || endedAt === null || heldAt !== null || undoneBy !== null) return null;
  return new Date(endedAt.getTime() + watchDays * DAY_MS).toISOString();
}

export function toRun(row: RunRow, watchDays: number): Run {
  const { id, remediationId, machineId, hostname, online, playbook, playbookVersion, mode } = row;
  const { state, verdict } = row;
  const proven = provenLevels({
    ...{ verdict, level: row.level },
    survivedRestart: row.restartSurvivedAt !== null,
    held: row.heldAt !== null,
  });
  const steps = stepsOf(row);
  const current = steps.find((step) => step.id === row.currentStep)?.title ?? row.currentStep;
  return {
    ...{ id, remediationId, machineId, hostname, online, playbook, playbookVersion, mode },
    ...{ state, verdict, level: proven.at(-1) ?? null, proven: [...proven] },
    watchedUntil: watchedUntil(row, watchDays),
    message: row.message ?? waitingFor(row),
    progress: {
      done: row.stepsEnded,
      of: Math.max(steps.length, row.stepsEnded),
      current: state === 'ended' ? null : current,
    },
    createdAt: row.createdAt.toISOString(),
    leasedAt: row.leasedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    canCancel: canCancel(row),
    canUndo: canUndo(row),
  };
}

/** The playbook's steps, with what became of each, and after them those that only the machine told of: the undo. */
export function toSteps(run: RunRow, told: readonly RunStepRow[]): RunStep[] {
  const titles = new Map(
    findPlaybook(run.playbook, run.playbookVersion)?.steps.map((step) => [step.id, step.title]),
  );
  const left = [...told];
  const planned = stepsOf(run).map((step): RunStep => {
    const section = run.mode === 'undo' ? 'undo' : step.section;
    const index = left.findIndex((each) => each.stepId === step.id && each.section === section);
    const [row] = index < 0 ? [] : left.splice(index, 1);
    return row
      ? toStep(row, step.title)
      : {
          ...{ stepId: step.id, title: step.title, section, state: null, message: null },
          ...{ errorCode: null, details: null, startedAt: null, endedAt: null },
        };
  });
  return [...planned, ...left.map((row) => toStep(row, titles.get(row.stepId) ?? row.stepId))];
}

function toStep(row: RunStepRow, title: string): RunStep {
  const { stepId, section, state, message } = row;
  return {
    ...{ stepId, title, section, state, message },
    errorCode: row.errorCode === null ? null : Number(row.errorCode),
    details: row.details === null ? null : { ...row.details },
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

export function toRunDetail(
  row: RunRow,
  steps: readonly RunStepRow[],
  histories: readonly HistoryRow[],
  watchDays: number,
): RunDetail {
  const { undoes, undoneBy, fingerprintId, createdBy } = row;
  return {
    ...toRun(row, watchDays),
    ...{ undoes, undoneBy, fingerprintId, createdBy },
    steps: toSteps(row, steps),
    parameters: { ...row.parameters },
    histories: histories.map((history) => ({ ...history })),
  };
}

export function toRemediation(row: RemediationRow): Remediation {
  const { id, playbook, playbookVersion, mode, createdBy, fingerprintId, reason } = row;
  const states: Record<string, number> = {};
  const verdicts: Record<string, number> = {};
  for (const { state, verdict, runs } of row.counts) {
    states[state] = (states[state] ?? 0) + runs;
    if (verdict !== null) verdicts[verdict] = (verdicts[verdict] ?? 0) + runs;
  }
  return {
    ...{ id, playbook, playbookVersion, mode, createdBy, fingerprintId, reason, states, verdicts },
    overrideReason: row.overrideReason,
    createdAt: row.createdAt.toISOString(),
    machines: row.counts.reduce((sum, { runs }) => sum + runs, 0),
    ended: row.counts.every(({ state }) => state === 'ended'),
  };
}
