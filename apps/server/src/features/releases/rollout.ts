import { createHash } from 'node:crypto';
import { compareClientVersions } from '@fleetmend/domain';
import type { ReleaseRow } from './releases.repository';

/** Who asks for an update. */
export interface AskingClient {
  readonly machineId: string;
  readonly version: string;
  readonly architecture: string;
}

/**
 * Where a machine stands among a hundred for a release: the same at every time and on every server, so that raising the
 * percentage only adds machines, and different for each release, so that not the same machines are always the first.
 */
export function placeOf(releaseId: string, machineId: string): number {
  return createHash('sha256').update(`${releaseId} ${machineId}`).digest().readUInt32BE(0) % 100;
}

/** Whether the percentage of a release takes this machine in. */
export function isAmong(
  release: Pick<ReleaseRow, 'id' | 'percentage'>,
  machineId: string,
): boolean {
  return release.percentage !== null && placeOf(release.id, machineId) < release.percentage;
}

/** Whether this client could become the release. The client makes sure of it, too. */
export function suits(
  release: Pick<ReleaseRow, 'version' | 'architecture' | 'minimumFromVersion'>,
  { version, architecture }: AskingClient,
): boolean {
  const { minimumFromVersion } = release;
  return (
    release.architecture === architecture &&
    (compareClientVersions(version, release.version) ?? 0) < 0 &&
    (minimumFromVersion === null || (compareClientVersions(version, minimumFromVersion) ?? -1) >= 0)
  );
}
