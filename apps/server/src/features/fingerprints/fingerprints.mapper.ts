import type { AffectedMachine, Fingerprint, Guard } from '@fleetmend/dashboard-api';
import { proposePlaybooks, rankProposals } from '@fleetmend/domain';
import { lookUpErrorCode } from '@fleetmend/domain/catalogue';
import type { MeasuredPlaybooks } from '../effect';
import type { AffectedMachineRow, FingerprintRow } from './fingerprints.repository';

const DAY = 86_400_000;
export const TREND_DAYS = 14;

/** Midnight (UTC) of the first day that a trend shows. */
export function trendStart(now: Date): Date {
  return new Date((Math.floor(now.getTime() / DAY) - TREND_DAYS + 1) * DAY);
}

/** What helps against a fingerprint, and whether the reset should not be used. */
export function adviceFor(
  row: FingerprintRow,
  measured: MeasuredPlaybooks,
): Pick<Fingerprint, 'proposals' | 'guard'> {
  const advice = proposePlaybooks(
    {
      code: row.code,
      extendedCode: row.extendedCode ?? undefined,
      phase: row.phase,
      updateKind: row.updateKind,
      updateSource: row.updateSource,
    },
    lookUpErrorCode(row.code),
  );
  const { guard } = advice;
  const proposals = rankProposals(advice, measured, row);
  const warning: Guard | null = guard
    ? {
        reason: guard.reason,
        evidence: guard.evidence,
        betterRemedies: [...guard.betterRemedies],
      }
    : null;
  return { proposals: proposals.map((proposal) => ({ ...proposal })), guard: warning };
}

/** What is counted about a fingerprint elsewhere than in its own row. */
export interface FingerprintCounts {
  /** By day: `2026-11-21`. */
  readonly failures: ReadonlyMap<string, number>;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly activeRuns: number;
  readonly measured: MeasuredPlaybooks;
}

export function toFingerprint(
  row: FingerprintRow,
  counts: FingerprintCounts,
  now: Date,
): Fingerprint {
  const entry = lookUpErrorCode(row.code);
  const start = trendStart(now).getTime();
  const { id, code, extendedCode, phase, update, updateTitle, updateSource, osFamily } = row;
  return {
    ...{ id, code, extendedCode, phase, update, updateTitle, updateSource, osFamily },
    symbol: entry?.symbol === '' ? null : (entry?.symbol ?? null),
    meaning: entry?.message ?? null,
    openMachines: row.openMachines,
    machines: row.machines,
    occurrences: Number(row.occurrences),
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    trend: Array.from({ length: TREND_DAYS }, (_, day) => {
      const date = new Date(start + day * DAY).toISOString().slice(0, 10);
      return counts.failures.get(date) ?? 0;
    }),
    isNew: row.firstSeenAt.getTime() > now.getTime() - DAY,
    ...adviceFor(row, counts.measured),
    verdicts: { ...counts.verdicts },
    activeRuns: counts.activeRuns,
  };
}

export function toAffectedMachine(row: AffectedMachineRow): AffectedMachine {
  const { machineId, hostname, online, osName, occurrences } = row;
  return {
    ...{ machineId, hostname, online, osName, occurrences },
    state: row.state === 'open' ? 'open' : 'closed',
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    run:
      row.runId === null
        ? null
        : { id: row.runId, state: row.runState ?? '', verdict: row.runVerdict },
  };
}
