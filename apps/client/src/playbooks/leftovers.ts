import { type Clock } from '../clock';
import { type ServerTime } from '../time/server-time';
import { type Windows } from '../windows/windows';
import { standingShift } from './clock-shifts';
import { standingRegistryChanges } from './registry-changes';
import { renameStands } from './renames';
import { type RunFacts } from './run-facts';
import { standingStarts } from './started-services';
import { standingStartTypeChanges } from './start-type-changes';

/** What tells whether changes of a run still stand. */
export interface LeftoverParts {
  readonly windows: Pick<Windows, 'directories' | 'machine' | 'power' | 'registry' | 'services'>;
  readonly clock: Clock;
  readonly serverTime: ServerTime;
}

/** Whether a run left something on this machine that could be put back. */
export async function leftSomething(facts: RunFacts, parts: LeftoverParts): Promise<boolean> {
  for (const rename of facts.renames()) {
    if (rename.kind === 'away' && (await renameStands(rename, parts))) return true;
  }
  if ((await standingRegistryChanges(facts.registryChanges(), parts)).length > 0) return true;
  if ((await standingStartTypeChanges(facts.startTypeChanges(), parts)).length > 0) return true;
  if (await standingShift(facts, parts)) return true;
  const kept = facts.startedServices().flatMap(({ name, keep }) => (keep ? [name] : []));
  return (await standingStarts(kept, facts, parts)).length > 0;
}
