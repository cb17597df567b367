import { findPlaybook, toneOf } from '@fleetmend/domain';
import { lookUpErrorCode } from '@fleetmend/domain/catalogue';
import { redact } from './redact';
import type {
  EvidenceFingerprint,
  EvidenceMachine,
  EvidenceRun,
  EvidenceStep,
} from './evidence.repository';

const FILES = `What is in here

  README.txt          this text
  machine.json        the machine, and what its client last said of it
  failures.json       the failures, each with the records of Windows that told of it
  timeline.txt        what happened on the machine, one line each
  SHA256SUMS          the SHA-256 of every other file; "sha256sum -c SHA256SUMS" checks them
`;
const RUN_FILES = `  run.json            the run: what was ordered, by whom, and how it ended
  steps.json          each step, with its result, numbers and reason
  moves.json          each move of the run's life cycle, and why
  events.jsonl        what the machine told of the run, as it came
`;
const HISTORIES = `  histories/          what Windows kept before the run, saved before anything was changed
`;

const NOTES = `All times are UTC. The same facts always give the same bytes, whenever the bundle is made.
There are no keys and no tokens in it. Where a record held what looks like a password, it says "[removed]".
`;

/** The story of one run, in words. */
export function runReadme(
  run: EvidenceRun,
  steps: readonly EvidenceStep[],
  machine: EvidenceMachine,
  fingerprint: EvidenceFingerprint | undefined,
): string {
  const playbook = findPlaybook(run.playbook, run.playbookVersion);
  const titles = new Map(playbook?.steps.map(({ id, title }) => [id, title]));
  return redact(
    [
      `Evidence: ${run.playbook} on ${machine.hostname}\n`,
      `Machine   ${machine.hostname} (${machine.id}), ${osOf(machine)}`,
      `Failure   ${fingerprint ? failureOf(fingerprint) : 'none: the playbook was not run against one'}`,
      `Playbook  ${playbook?.title ?? run.playbook}, version ${run.playbookVersion}, ${run.mode}`,
      `Ordered   ${time(run.createdAt)}`,
      `Ended     ${run.endedAt === null ? `not yet: ${run.state}` : time(run.endedAt)}`,
      `Verdict   ${verdictOf(run)}`,
      ...(run.message === null ? [] : [`          ${run.message}`]),
      '\nSteps\n',
      ...(steps.length === 0 ? ['  The machine has told of none.'] : []),
      ...steps.map(
        (step) =>
          `  ${time(step.endedAt ?? step.startedAt)}  ${step.state.padEnd(8)}${titles.get(step.stepId) ?? step.stepId}: ${step.message}`,
      ),
      `\n${FILES}${RUN_FILES}${HISTORIES}\n${NOTES}`,
    ].join('\n'),
  );
}

/** The story of one machine, in words. */
export function machineReadme(
  machine: EvidenceMachine,
  fingerprints: readonly EvidenceFingerprint[],
  runs: readonly EvidenceRun[],
): string {
  const open = fingerprints.filter(({ state }) => state === 'open');
  return redact(
    [
      `Evidence: ${machine.hostname}\n`,
      `Machine   ${machine.hostname} (${machine.id}), ${osOf(machine)}`,
      '\nOpen failures\n',
      ...(open.length === 0 ? ['  None.'] : []),
      ...open.map((each) => `  ${failureOf(each)}`),
      '\nRuns, newest first\n',
      ...(runs.length === 0 ? ['  None.'] : []),
      ...runs.map(
        (run) =>
          `  ${time(run.createdAt)}  ${run.playbook} (${run.mode}): ${verdictOf(run)}. See runs/${run.id}/`,
      ),
      `\n${FILES}\nIn runs, a folder for each of these runs. What Windows kept before a run is in the bundle of that run.\n\n${RUN_FILES}\n${NOTES}`,
    ].join('\n'),
  );
}

function osOf({ osName, osVersion }: EvidenceMachine): string {
  return [osName, osVersion].filter((part) => typeof part === 'string').join(' ') || 'unknown OS';
}

function failureOf({ code, phase, update, updateTitle }: EvidenceFingerprint): string {
  const known = lookUpErrorCode(code);
  const what = [update, updateTitle].filter((part) => typeof part === 'string').join(' ');
  return [
    `${code} in ${phase}${what === '' ? '' : `, ${what}`}`,
    known && [known.symbol, known.message].filter((part) => part !== '').join(': '),
  ]
    .filter(Boolean)
    .join('. ');
}

function verdictOf({ verdict, verdictCode }: EvidenceRun): string {
  if (verdict === null) return 'none yet';
  const words = { good: 'good', bad: 'not good', neutral: 'proves nothing' }[toneOf(verdict)];
  return `${verdict}${verdictCode === null ? '' : ` ${verdictCode}`} (${words})`;
}

function time(at: Date | null): string {
  return at === null ? '-'.padEnd(20) : `${at.toISOString().slice(0, 19)}Z`;
}
