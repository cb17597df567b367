import type { MachineFilter } from '@fleetmend/dashboard-api';

const FLAGS: Readonly<Record<string, readonly [string, string]>> = {
  online: ['online', 'offline'],
  failing: ['failing', 'not failing'],
  duplicate: ['a possible duplicate', 'no possible duplicate'],
  pendingRestart: ['with a restart pending', 'without a restart pending'],
  lowDisk: ['with little space', 'with enough space'],
  withoutSite: ['without a site', 'with a site'],
};

/** A filter in words: "failing, Windows 11 24H2, site Berlin". */
export function filterWords(filter: MachineFilter): string {
  const { search, osFamily, code, site, tag, model, fingerprintId } = filter;
  const parts = [
    ...Object.entries(FLAGS).flatMap(([name, [yes, no]]) => {
      const value = filter[name as keyof MachineFilter];
      return typeof value === 'boolean' ? [value ? yes : no] : [];
    }),
    ...(search === undefined ? [] : [`“${search}” in the name`]),
    ...(osFamily === undefined ? [] : [osFamily]),
    ...(site === undefined ? [] : [`site ${site}`]),
    ...(tag === undefined ? [] : [`tag ${tag.join(' and ')}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(code === undefined ? [] : [`with ${code} open`]),
    ...(fingerprintId === undefined ? [] : ['on which the failure is open']),
  ];
  return parts.length === 0 ? 'the whole fleet' : parts.join(', ');
}
