import { reasonOf } from '../../log';
import { emptyState } from '../../state/open-state';
import { readState } from '../../state/read-state';
import { CommandFailed, type CommandParts } from '../session';
import { CHECKS } from './checks';
import { type Finding, problem } from './finding';
import { attempt, type Check, NotSeen, Surroundings } from './surroundings';

const LOOK_AT_LOG = 'Look at the message, and at logs\\client.log in the data folder.';

/** Looks at everything that the client needs and says what to do about the rest; fails when there is a problem. */
export async function doctorCommand(json: boolean, parts: CommandParts): Promise<void> {
  const place = await surroundingsOf(parts);
  const findings: Finding[] = [];
  try {
    for (const check of CHECKS) findings.push(...(await examine(check, place)));
  } finally {
    if (place.attempts.state.ok) place.attempts.state.value.close();
  }
  if (json) parts.terminal.say(JSON.stringify(findings, undefined, 2));
  else for (const finding of findings) parts.terminal.say(inWords(finding));
  const problems = findings.filter(({ mark }) => mark === 'problem').length;
  if (problems > 0) throw new CommandFailed(`${problems} problem(s) found.`);
}

async function surroundingsOf(parts: CommandParts): Promise<Surroundings> {
  const settings = await attempt(parts.settings);
  const windows = await attempt(parts.windows);
  const service = await attempt(parts.ownService);
  const state = await attempt(() => {
    if (!settings.ok) throw settings.error;
    return readState(settings.value.dataDirectory) ?? emptyState();
  });
  return new Surroundings(
    { settings, windows, service, state },
    parts.clock,
    parts.ignoredVariables,
  );
}

async function examine(check: Check, place: Surroundings): Promise<readonly Finding[]> {
  const { what } = check;
  try {
    return await check.examine(place);
  } catch (error) {
    if (error instanceof NotSeen)
      return [{ id: `${idOf(what)}-unknown`, mark: 'unknown', what, message: error.message }];
    return [problem(`${idOf(what)}-failed`, what, reasonOf(error), LOOK_AT_LOG)];
  }
}

function idOf(what: string): string {
  return what.replaceAll(' ', '-');
}

function inWords({ mark, what, message, fix }: Finding): string {
  const found = `[${mark}] ${what}: ${message}`;
  return fix === undefined ? found : `${found}\n    What to do: ${fix}`;
}
