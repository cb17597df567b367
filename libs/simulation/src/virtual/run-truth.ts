import type { Verdict } from '@fleetmend/domain';

/** What a virtual machine knows of one of its runs, whatever a server makes of it. */
export interface RunTruth {
  readonly runId: string;
  readonly machineId: string;
  readonly mode: 'execute' | 'dry-run' | 'undo';
  readonly playbook: string;
  readonly version: number;
  /** When it began, in milliseconds since 1970, by the true time. */
  readonly begunAt: number;
  /** What became of it, as far as is known: changed by what fails or works later. Nothing while it goes on. */
  verdict: Verdict | undefined;
  /** When its verdict was told. */
  endedAt: number | undefined;
  /** The machine fell silent in it. */
  isLost: boolean;
}

/**
 * What is known of a run after its machine failed, or its update worked. These are the rules of the product's page in
 * their shortest form, written down a second time on purpose: who recounts must not copy.
 */
export function afterwards(verdict: Verdict, what: 'failed' | 'worked'): Verdict {
  if (verdict === 'fixed' || verdict === 'superseded')
    return what === 'failed' ? 'recurred' : verdict;
  if (verdict === 'scan-ok-not-installed' || verdict === 'unverified') {
    return what === 'failed' ? 'same-error' : 'fixed';
  }
  return verdict;
}
