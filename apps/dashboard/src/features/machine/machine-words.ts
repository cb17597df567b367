import type { MachineInventory } from '@fleetmend/dashboard-api';

type Inventory = MachineInventory | null;

/** Who administers the machine, in lines; nothing where that is not known. */
export function joinWords(inventory: Inventory): string[] {
  const { membership, name, entraJoined, entraTenantId, entraTenantName } = inventory?.join ?? {};
  const named = name === undefined ? '' : ` ${name}`;
  const lines = [
    membership === 'domain' ? `Domain${named}` : null,
    membership === 'workgroup' && entraJoined !== true ? `Workgroup${named}` : null,
    membership === 'none' && entraJoined !== true ? 'Joined to nothing' : null,
    entraJoined === true ? `Entra ID ${entraTenantName ?? entraTenantId ?? ''}`.trim() : null,
  ];
  const known = lines.filter((line) => line !== null);
  if (known.length === 0 && membership !== undefined) return [`${membership}${named}`];
  return membership === 'domain' && entraJoined === true ? [...known, 'Hybrid joined'] : known;
}

/** Where updates come from; nothing where that is not known. */
export function sourceWords(inventory: Inventory): string | null {
  const policy = inventory?.updatePolicy;
  if (policy === undefined) return null;
  return policy.wsusServer === undefined ? 'Microsoft' : `WSUS ${policy.wsusServer}`;
}

/** By how much the clock is wrong. */
export function clockWords(offsetMs: number | undefined): string | null {
  if (offsetMs === undefined) return null;
  const seconds = Math.abs(offsetMs) / 1000;
  if (seconds < 1) return 'Right to the second';
  const direction = offsetMs > 0 ? 'behind' : 'ahead';
  const [amount, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7200
        ? [seconds / 60, 'minute']
        : seconds < 172_800
          ? [seconds / 3600, 'hour']
          : [seconds / 86_400, 'day'];
  const rounded = Math.round(amount);
  return `${rounded.toLocaleString('en')} ${unit}${rounded === 1 ? '' : 's'} ${direction}`;
}

const TIME_SOURCES: ReadonlyMap<string, string> = new Map([
  ['nt5ds', 'From the domain'],
  ['ntp', 'From'],
  ['allsync', 'From the domain, or'],
  ['nosync', 'From nowhere (NoSync)'],
]);

/** Where Windows takes the time from. */
export function timeSourceWords(source: MachineInventory['timeSource']): string | null {
  if (source?.type === undefined) return source?.servers ?? null;
  const words = TIME_SOURCES.get(source.type.toLowerCase());
  if (words === undefined) return source.type;
  // The servers stand there for domain members, too, and are not asked.
  if (!words.endsWith('From') && !words.endsWith('or')) return words;
  return `${words} ${serverNames(source.servers)}`;
}

/** "time.windows.com,0x9 b,0x1" without the flags. */
function serverNames(servers: string | undefined): string {
  const names = (servers ?? '').split(/\s+/).map((entry) => entry.split(',')[0] ?? '');
  return names.filter((name) => name !== '').join(', ') || 'servers that are not named';
}
