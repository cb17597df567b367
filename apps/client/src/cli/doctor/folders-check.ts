import { findWeaknesses, inWords, isDangerous } from '../../protection/own-folders';
import { type Weakness } from '../../windows/access';
import { type Finding, ok, problem, warning } from './finding';
import { type Check } from './surroundings';

const TOLD = 3;

/** Who besides administrators could change, or read, what the client trusts. */
export const foldersCheck: Check = {
  what: 'folders',
  async examine({ windows: { protection }, settings: { dataDirectory } }) {
    const found = await findWeaknesses(protection, dataDirectory);
    if (found.length === 0)
      return [ok('folders', 'folders', 'Only administrators can change data and program.')];
    return groupsOf(found).map((group) => {
      const isBad = group.some((one) => isDangerous(one, protection, dataDirectory));
      return findingOf(group, isBad);
    });
  },
};

function groupsOf(found: readonly Weakness[]): readonly (readonly Weakness[])[] {
  const groups = new Map<string, Weakness[]>();
  for (const one of found) {
    const key = `${one.kind} ${one.who}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** One finding for all that one somebody may do: a folder that is open brings many. */
function findingOf(alike: readonly Weakness[], isBad: boolean): Finding {
  const told = alike.slice(0, TOLD).map(inWords).join('; ');
  const more = alike.length > TOLD ? `, and ${alike.length - TOLD} more` : '';
  const [first] = alike;
  const id = `folder-${first?.kind ?? 'open'}`;
  return (isBad ? problem : warning)(id, 'folders', `${told}${more}.`, first ? fixOf(first) : '');
}

function fixOf({ path, kind }: Weakness): string {
  switch (kind) {
    case 'link':
      return `Find out who made it and why. Then remove it (rmdir "${path}"), or set FLEETMEND_CLIENT_DATA_DIR to where it leads.`;
    case 'owner':
      return `Look at what is in it. Then: takeown /a /f "${path}", and restart the service.`;
    case 'writable':
    case 'readable':
      return `Restart the service: it closes its own folders. A folder above them you must close: icacls "${path}"`;
  }
}
