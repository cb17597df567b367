import { Absent } from '../../detection/log-follower';
import { type DetectionReader } from '../../detection/observation';
import { sourcesOf } from '../../detection/sources';
import { reasonOf } from '../../log';
import { type Finding, ok, problem, warning } from './finding';
import { type Check, type Surroundings } from './surroundings';

const DAY_MS = 24 * 3_600_000;

/** Each source by itself, and whether any is left. */
export const sourcesCheck: Check = {
  what: 'sources',
  async examine(place) {
    const findings: Finding[] = [];
    const { readers } = sourcesOf(place.windows, place.clock);
    for (const reader of readers) findings.push(await source(reader, place));
    if (findings.some(({ id }) => id === 'source')) return findings;
    return [
      ...findings,
      problem(
        'sources-none',
        'sources',
        'No source can be read: failures are not seen.',
        'Look at what is said about each source.',
      ),
    ];
  },
};

async function source(reader: DetectionReader, { clock }: Surroundings): Promise<Finding> {
  const what = `source ${reader.name}`;
  try {
    const since = new Date(clock.now().getTime() - 30 * DAY_MS);
    const { observations, clues = [], remarks } = await reader.read(undefined, since);
    const failures = observations.filter(({ outcome }) => outcome === 'failure').length;
    const records = observations.length + clues.length;
    const found = `Can be read: ${records} records of the last 30 days, ${failures} of them failures.`;
    const id = reader.isOptional ? 'source-optional' : 'source';
    return ok(id, what, [found, ...remarks].join(' '));
  } catch (error) {
    if (reader.isOptional && error instanceof Absent)
      return ok('source-absent', what, reasonOf(error));
    return warning(
      'source-unavailable',
      what,
      reasonOf(error),
      'Nothing to do when this Windows has no such source; otherwise look why SYSTEM may not read it.',
    );
  }
}
