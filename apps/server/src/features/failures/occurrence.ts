import type { FailureReport, SuccessReport } from '@fleetmend/client-protocol';
import { countsForHealth, type Fingerprint, fingerprintOf } from '@fleetmend/domain';

/** As much of a machine as its failures need. */
export interface ReportingMachine {
  readonly id: string;
  /** 0 = not yet known. */
  readonly osBuild: number;
}

/** A failure or success as it is kept: its time can be relied on not to lie in the future. */
interface Occurrence<Report> {
  readonly id: string;
  readonly machineId: string;
  readonly report: Report;
  readonly at: Date;
  /** What the machine said, where that was in the future. */
  readonly claimedAt: Date | null;
  readonly receivedAt: Date;
}

export interface FailureOccurrence extends Occurrence<FailureReport> {
  /** Null where it says nothing about the health of Windows Update. */
  readonly fingerprint: Fingerprint | null;
}
export type SuccessOccurrence = Occurrence<SuccessReport>;

/** How far a machine's clock may be ahead before its times are not believed, in ms. */
const TOLERANCE = 5 * 60_000;

/**
 * Times that machines claim. What lies in the future becomes the time of receipt, one millisecond apart, so that the
 * order in which a machine told it is kept.
 */
export class ClaimedTimes {
  private readonly moved = new Map<string, number>();
  constructor(private readonly receivedAt: Date) {}

  believe(machineId: string, claimed: string): { at: Date; claimedAt: Date | null } {
    const claimedAt = new Date(claimed);
    if (claimedAt.getTime() <= this.receivedAt.getTime() + TOLERANCE) {
      return { at: claimedAt, claimedAt: null };
    }
    const before = this.moved.get(machineId) ?? 0;
    this.moved.set(machineId, before + 1);
    return { at: new Date(this.receivedAt.getTime() + before), claimedAt };
  }
}

/** The fingerprint under which a failure counts; null for Store apps and Defender definitions. */
export function countedFingerprint(
  report: FailureReport,
  machine: ReportingMachine,
): Fingerprint | null {
  return countsForHealth(report.updateKind) ? fingerprintOf(report, machine.osBuild) : null;
}
