import type { MachineUpdate, Release } from '@fleetmend/dashboard-api';
import { CLIENT_UPDATE_STATES } from '@fleetmend/domain';
import type { MachineUpdateRow, UpdateCount } from './machine-updates.repository';
import type { ReleaseCounts, ReleaseRow } from './releases.repository';
import { failuresAmong } from './rollout-watch.service';

export function toRelease(
  row: ReleaseRow & ReleaseCounts,
  counts: readonly UpdateCount[],
): Release {
  const { id, version, architecture, sha256, minimumFromVersion, uploadedBy, state } = row;
  const { percentage, chosenMachines, haltAfter, haltReason, eligibleMachines } = row;
  const among = (wanted: string) =>
    counts
      .filter((count) => count.state === wanted)
      .reduce((sum, { machines }) => sum + machines, 0);
  return {
    ...{ id, version, architecture, sha256, minimumFromVersion, uploadedBy, state },
    ...{ percentage, chosenMachines, haltAfter, haltReason, eligibleMachines },
    size: Number(row.size),
    createdAt: row.createdAt.toISOString(),
    uploadedAt: row.uploadedAt.toISOString(),
    machines: Object.fromEntries(
      CLIENT_UPDATE_STATES.map((one) => [one, among(one)]),
    ) as Release['machines'],
    failures: failuresAmong(counts),
  };
}

export function toMachineUpdate(row: MachineUpdateRow): MachineUpdate {
  const { machineId, hostname, online, releaseId, version, fromVersion } = row;
  const { state, reason, message } = row;
  return {
    ...{ machineId, hostname, online, releaseId, version, fromVersion, state, reason, message },
    changedAt: row.changedAt.toISOString(),
  };
}
