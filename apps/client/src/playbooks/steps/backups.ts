import { type RepairAction } from '@fleetmend/domain';
import { findBackups } from '../../inventory/backup-folders';
import { reasonOf } from '../../log';
import { type JudgedBackup, judgeBackups, type MakerOfBackup } from '../backup-policy';
import { Interrupted, type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action<Name extends RepairAction['action']> = Extract<RepairAction, { action: Name }>;

const GIB = 1024 ** 3;
const TOLD = 20;

/** What may be deleted, and why the others are kept. Chosen once: a clock that is set meanwhile changes nothing. */
export const findBackupsStep: StepExecutor<Action<'find-backups'>> = {
  async execute(_, context) {
    const judged = await judge(context);
    const found = tell(judged);
    if (found.state === 'refused') return found;
    return { ...found, note: { backups: await measured(judged, context) } };
  },
  describe: async (_, context) => tell(await judge(context)).message,
};

function tell(judged: readonly JudgedBackup[]): StepOutcome {
  const deletable = judged.filter(isDeletable);
  const kept = judged
    .filter((one) => !isDeletable(one))
    .slice(0, TOLD)
    .map(({ path, keptBecause = '' }) => `"${path}" is kept: ${keptBecause}.`);
  const details = { found: judged.length, deletable: deletable.length };
  if (deletable.length === 0) {
    const message = ['There is no backup that may be deleted.', ...kept].join(' ');
    return { state: 'refused', message, details };
  }
  const message = [`May be deleted: ${names(deletable)}.`, ...kept].join(' ');
  return { state: 'done', message, details };
}

/** Deletes one after the other; a folder that can't be deleted doesn't hold up the others. */
export const deleteBackups: StepExecutor<Action<'delete-backups'>> = {
  async execute(_, context) {
    const { windows, facts, ending } = context;
    const chosen = facts.chosenBackups();
    let freed = 0;
    const failures: string[] = [];
    for (const { path, bytes } of chosen) {
      if (ending.aborted) throw new Interrupted();
      try {
        // A link that somebody has put in its place leads elsewhere.
        if ((await windows.directories.inspect(path)) === 'directory') {
          await windows.directories.removeTree(path, ending);
        }
        if ((await windows.directories.inspect(path)) === 'missing') freed += bytes;
      } catch (error) {
        failures.push(`"${path}" could not be deleted: ${reasonOf(error)}`);
      }
    }
    if (ending.aborted) throw new Interrupted();
    const done = `Freed ${gibibytes(freed)} in ${chosen.length - failures.length} of ${chosen.length} folders.`;
    return {
      state: failures.length === chosen.length && failures.length > 0 ? 'failed' : 'done',
      message: [done, ...failures.slice(0, TOLD)].join(' '),
      details: { freedBytes: freed, folders: chosen.length, failed: failures.length },
    };
  },
  async describe(_, context) {
    const deletable = (await judge(context)).filter(isDeletable);
    return deletable.length === 0
      ? 'Would delete nothing.'
      : `Would delete, in this order: ${names(deletable)}.`;
  },
};

/** Gone is what can't be seen any more. */
export const verifyBackupsDeleted: StepExecutor<Action<'verify-backups-deleted'>> = {
  async execute(_, { windows, facts }) {
    const left: string[] = [];
    for (const { path } of facts.chosenBackups()) {
      if ((await windows.directories.inspect(path)) !== 'missing') left.push(path);
    }
    if (left.length === 0) {
      const message = facts.result('delete-backups')?.message ?? 'They are gone.';
      return { state: 'done', message, verdict: { verdict: 'done', level: 'L0', message } };
    }
    const message = `Still there: ${left.map((path) => `"${path}"`).join(', ')}.`;
    return {
      state: 'failed',
      message,
      verdict: { verdict: 'step-failed', level: 'L0', stepId: 'delete-backups', message },
    };
  },
  describe: () => Promise.resolve('Would verify that they are gone.'),
};

function isDeletable({ keptBecause }: JudgedBackup): boolean {
  return keptBecause === undefined;
}

async function measured(judged: readonly JudgedBackup[], { windows }: StepContext) {
  const backups: { path: string; bytes: number }[] = [];
  for (const { path } of judged.filter(isDeletable)) {
    const { bytes } = await windows.directories.measure(path);
    backups.push({ path, bytes });
  }
  return backups;
}

async function judge(context: StepContext): Promise<readonly JudgedBackup[]> {
  const { windows, clock, definition, pastRuns } = context;
  const { keepDays, keepNewest, includeForeign } = definition.parameters;
  const makers = new Map(
    pastRuns.renamedFolders().map(({ to, runId }) => [to.toLowerCase(), runId]),
  );
  const makerOf = (path: string): MakerOfBackup | undefined => {
    const runId = makers.get(path.toLowerCase());
    const run = runId === undefined ? undefined : pastRuns.find(runId);
    if (!run) return undefined;
    const { failure } = run.definition;
    return {
      verdict: run.verdict,
      failureIsOpen: failure !== undefined && context.observations.isOpen(failure),
    };
  };
  const policy = {
    keepDays: Number(keepDays),
    keepNewest: Number(keepNewest),
    includeForeign: includeForeign === true,
  };
  const backups = await findBackups(windows.machine, windows.directories);
  return judgeBackups(backups, policy, makerOf, clock.now());
}

function names(backups: readonly { readonly path: string }[]): string {
  return backups.map(({ path }) => `"${path}"`).join(', ');
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
