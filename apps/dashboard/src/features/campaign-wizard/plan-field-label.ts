/** What the fields of a plan are called, for what is said away from them; the longest beginning counts. */
const LABELS: Readonly<Record<string, string>> = {
  'targets.dynamicUntil': 'Machines join until',
  'targets.offlineDays': 'Not seen for',
  parameters: 'Settings of the playbook',
  'rollout.waves': 'Waves',
  'rollout.stratifyBy': 'Draw',
  'rollout.seed': 'Seed of the draw',
  'rollout.canaries': 'Canaries',
  'rollout.holdOut': 'Machines held out',
  'rollout.holdOut.until': 'Held out until',
  gate: 'Gate',
  'gate.provenLevel': 'Proof of a success',
  'gate.successPercent': 'Succeeded, of the decided',
  'gate.minimumDecided': 'Decided at least',
  'gate.maximumWaitHours': 'Waited for at most',
  'gate.soakHours': 'Watched after its last machine',
  'gate.hardErrors': 'Gate, went wrong',
  'gate.softErrors': 'Gate, did not help',
  'gate.sameNewError': 'Gate, same new error',
  'budget.hardErrors': 'Budget, went wrong',
  'budget.softErrors': 'Budget, did not help',
  'execution.startAt': 'Start',
  'execution.endAt': 'End',
  'execution.windows': 'Maintenance windows',
  'execution.concurrency': 'Machines at once',
  'execution.siteConcurrency': 'Machines of one site at once',
  'execution.retries': 'Trying again',
};

/** The name of a field: `rollout.waves.2` is "Waves". Null where the message says enough by itself. */
export function planFieldLabel(path: string): string | null {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length--) {
    const label = LABELS[parts.slice(0, length).join('.')];
    if (label !== undefined) return label;
  }
  return null;
}
