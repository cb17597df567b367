import { randomUUID } from 'node:crypto';
import { findPlaybook, PLAYBOOKS, validateParameters } from '@fleetmend/domain';
import * as z from 'zod';
import { workshopOf } from '../agent';
import { type Journal } from '../playbooks/journal';
import { type WrittenEntry } from '../playbooks/journal-entry';
import { type RunDefinition } from '../playbooks/run-definition';
import { leftSomething } from '../playbooks/leftovers';
import { NO_SERVER_TIME } from '../time/server-time';
import { takeProcessLock } from '../state/process-lock';
import { atWorkplace, CommandFailed, type CommandParts, type Workplace } from './session';

export interface RemediateOptions {
  readonly dryRun?: boolean | undefined;
  readonly undo?: string | undefined;
  /** `name=value`, as often as needed. */
  readonly parameter: readonly string[];
}

const LOOK_MS = 250;

/** Verdicts after which the command has done what was asked. */
const GOOD = new Set([
  'fixed',
  'scan-ok-not-installed',
  'unverified',
  'done',
  'dry-run-done',
  'undone',
]);

/** Carries out a playbook on this machine, without the server: through the running client, or by itself. */
export async function remediateCommand(
  name: string,
  options: RemediateOptions,
  parts: CommandParts,
): Promise<void> {
  const definition = definitionOf(name, options);
  await atWorkplace(
    parts,
    () => undefined,
    async (place) => {
      const workshop = workshopOf(place);
      const active = workshop.journal.active();
      const lock = takeProcessLock(place.settings.dataDirectory);
      try {
        if (active)
          throw new CommandFailed(`The run ${active.definition.runId} is going on already.`);
        await refuseEmptyUndo(definition, workshop.journal, place);
        const told = tellerOf(workshop.journal, definition.runId, parts);
        if (lock) {
          await workshop.journal.begin(definition, 'local');
          await driveHere(workshop, definition.runId, parts, told);
        } else {
          await askRunningClient(place, workshop.journal, definition, parts, told);
        }
        told();
      } finally {
        lock?.release();
      }
      const verdict = workshop.journal.find(definition.runId)?.verdict;
      if (verdict === undefined) {
        throw new CommandFailed(
          'The run was interrupted. The client goes on with it at its next start.',
          3,
        );
      }
      if (!GOOD.has(verdict)) throw new CommandFailed(`The run ended with: ${verdict}.`, 2);
    },
  );
}

async function refuseEmptyUndo(
  { undoes }: RunDefinition,
  journal: Journal,
  place: Workplace,
): Promise<void> {
  const parts = { ...place, serverTime: NO_SERVER_TIME };
  if (undoes === undefined || (await leftSomething(journal.facts(undoes), parts))) return;
  throw new CommandFailed(
    `The run ${undoes} left nothing on this machine that could be taken back. "status" names the runs.`,
  );
}

async function driveHere(
  { journal, executor }: ReturnType<typeof workshopOf>,
  runId: string,
  { clock, stop }: CommandParts,
  told: () => void,
): Promise<void> {
  stop.addEventListener('abort', () => {
    executor.requestEnd();
  });
  const run = journal.find(runId);
  if (!run) throw new CommandFailed('The run is not in the journal.');
  const over = new AbortController();
  const driving = executor.drive(run).finally(() => {
    over.abort();
  });
  while (!over.signal.aborted) {
    told();
    await clock.sleep(LOOK_MS, over.signal);
  }
  await driving;
}

async function askRunningClient(
  { state }: Workplace,
  journal: Journal,
  definition: RunDefinition,
  { clock, stop, terminal }: CommandParts,
  told: () => void,
): Promise<void> {
  terminal.say('The client is running: it is asked to carry out the playbook.');
  state.run(
    'INSERT INTO local_requests (run_id, definition) VALUES (?, ?)',
    definition.runId,
    JSON.stringify(definition),
  );
  while (!stop.aborted && journal.find(definition.runId)?.verdict === undefined) {
    told();
    await clock.sleep(LOOK_MS, stop);
  }
}

/** Says each entry of the journal once. */
function tellerOf(journal: Journal, runId: string, { terminal }: CommandParts): () => void {
  let said = 0;
  return () => {
    const { entries } = journal.facts(runId);
    for (const entry of entries.slice(said)) {
      const line = lineOf(entry);
      if (line !== undefined) terminal.say(line);
    }
    said = entries.length;
  };
}

function lineOf({ entry }: WrittenEntry): string | undefined {
  switch (entry.kind) {
    case 'result':
      return `[${entry.refused === true ? 'refused' : entry.state}] ${entry.stepId}: ${entry.message}`;
    case 'undo':
      return `Taking back: ${entry.because.message}`;
    case 'undo-result':
      return `[${entry.state}] ${entry.stepId}: ${entry.message}`;
    case 'verdict':
      return `Verdict: ${entry.verdict.verdict}. ${entry.verdict.message}`;
    default:
      return undefined;
  }
}

function definitionOf(name: string, options: RemediateOptions): RunDefinition {
  const playbook = findPlaybook(name);
  if (!playbook) {
    const known = PLAYBOOKS.map((one) => one.name).join(', ');
    throw new CommandFailed(`There is no playbook "${name}". Known: ${known}.`);
  }
  if (options.undo !== undefined && options.dryRun === true) {
    throw new CommandFailed('Give either --undo or --dry-run, not both.');
  }
  if (options.undo !== undefined && !z.uuid().safeParse(options.undo).success) {
    throw new CommandFailed(`"${options.undo}" is no id of a run. "status" names the runs.`);
  }
  const checked = validateParameters(playbook, parametersOf(options.parameter));
  if (!checked.ok) throw new CommandFailed(checked.problems.join(' '));
  return {
    runId: randomUUID(),
    mode: options.undo !== undefined ? 'undo' : options.dryRun === true ? 'dry-run' : 'execute',
    playbook: playbook.name,
    playbookVersion: playbook.version,
    parameters: checked.parameters,
    undoes: options.undo,
  };
}

function parametersOf(given: readonly string[]): Record<string, boolean | number | string> {
  return Object.fromEntries(
    given.map((text): [string, boolean | number | string] => {
      const [name, value] = text.split(/=(.*)/s);
      if (name === undefined || value === undefined) {
        throw new CommandFailed(`"${text}" is no parameter: write name=value.`);
      }
      if (value === 'true' || value === 'false') return [name, value === 'true'];
      return [name, /^-?\d+$/.test(value) ? Number(value) : value];
    }),
  );
}
