import type { CampaignActionRequest, CampaignPlan } from '@fleetmend/dashboard-api';
import type {
  CampaignFacts,
  CampaignState,
  PauseReason,
  Verdict,
  WaveState,
} from '@fleetmend/domain';
import type { CampaignMove } from '../src/features/campaigns/campaigns.repository';
import type { Ending } from './test-campaigns';

/** A campaign that was launched on a few machines, with servers that take it forward, as a test plays it. */
export interface CampaignWorld {
  readonly machineIds: readonly string[];
  /** The right time; a server's own may be behind. */
  now(): Date;
  pass(minutes: number): void;
  connect(machineId: string, online: boolean): Promise<void>;
  /** What the machine gets when it asks for its orders. */
  fetch(machineId: string): Promise<readonly WorldOrder[]>;
  /** The machine reports that it has begun; with `again` once more, as after a lost acknowledgement. */
  begin(machineId: string, runId: string, again?: boolean): Promise<void>;
  end(machineId: string, runId: string, ending: Ending, again?: boolean): Promise<void>;
  /** What the jobs about runs do: orders expire, silent machines are lost. */
  jobs(): Promise<void>;
  /** A server takes the campaign forward. */
  advance(server: number): Promise<void>;
  /** A person decides at a server; false when the campaign did not allow it. */
  act(server: number, request: WorldRequest): Promise<boolean>;
  /** The server dies at so many steps of its next work, whatever that is; that work is then asked for by nobody. */
  dies(server: number, steps: number): void;
  stopAll(on: boolean): Promise<void>;
  see(): Promise<Seen>;
}

export interface WorldOrder {
  readonly runId: string;
  readonly expiresAt: Date;
  readonly takesBack: boolean;
}

export type WorldRequest = { readonly action: string } & Readonly<Record<string, unknown>>;

/** Everything about the campaign that is stored or counted, read in one moment. */
export interface Seen {
  readonly state: CampaignState;
  readonly pauseReason: PauseReason | null;
  readonly concurrency: number;
  readonly hardBudget: number;
  readonly advancedAt: Date | null;
  readonly waves: readonly { readonly number: number; readonly state: WaveState }[];
  readonly targets: readonly SeenTarget[];
  /** Every run of its machines, also those that take others back. */
  readonly runs: readonly SeenRun[];
  /** In the order in which they were written. */
  readonly moves: readonly CampaignMove[];
  /** As the server counts. */
  readonly facts: CampaignFacts;
}

export interface SeenTarget {
  readonly machineId: string;
  readonly wave: number;
  readonly pending: boolean;
  readonly settled: boolean;
  readonly verdict: Verdict | null;
  readonly runId: string | null;
}

export interface SeenRun {
  readonly id: string;
  readonly machineId: string;
  /** Null = it takes another back. */
  readonly wave: number | null;
  readonly waveAttempt: number | null;
  readonly attempt: number | null;
  readonly state: string;
  readonly verdict: Verdict | null;
  /** The run that it takes back. */
  readonly undoes: string | null;
  readonly events: number;
  readonly expiresAt: Date;
}

/** A request as people make it: `thresholds` stands for a change of the gate and budget that the campaign has. */
export function realRequest(
  request: WorldRequest,
  { gate, budget }: Pick<CampaignPlan, 'gate' | 'budget'>,
): CampaignActionRequest {
  if (request.action !== 'thresholds') return request as CampaignActionRequest;
  const wanted = request['change'] as { hard?: number; success?: number; budget?: number };
  const { hard, success, budget: hardBudget } = wanted;
  return {
    ...{ action: 'change', reason: 'because of the model' },
    change: {
      ...((hard ?? success) !== undefined && {
        gate: {
          ...gate,
          ...(hard !== undefined && { hardErrors: { count: hard } }),
          ...(success !== undefined && { successPercent: success }),
        },
      }),
      ...(hardBudget !== undefined && { budget: { ...budget, hardErrors: { count: hardBudget } } }),
    },
  };
}
