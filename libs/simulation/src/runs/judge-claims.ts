import type { OrderClaims, OrderRefusal } from '@fleetmend/client-protocol';
import {
  type Playbook,
  type PlaybookParameters,
  findPlaybook,
  validateParameters,
} from '@fleetmend/domain';

/** What the machine's journal knows of a run. */
export interface RunRecord {
  readonly mode: OrderClaims['mode'];
  /** The number of its next event. */
  readonly next: number;
  readonly ended: boolean;
  /** Whether it left something that an undo can take back. */
  readonly changed: boolean;
  /** What it set aside, as long as it is there. */
  readonly backup?: { readonly name: string; readonly at: string } | undefined;
}

/** What to do about an order that is trusted. */
export type ClaimsDecision =
  | {
      readonly kind: 'begin';
      readonly claims: OrderClaims;
      readonly playbook: Playbook;
      readonly parameters: PlaybookParameters;
    }
  /** Not followed: the run ends. */
  | {
      readonly kind: 'refuse';
      readonly runId: string;
      readonly reason: OrderRefusal;
      readonly message: string;
    };

/**
 * Makes those checks of docs/protocol.md that come after the signature, in its order. `runs` is the journal, `now` the
 * time in milliseconds since 1970, by the server's clock as far as the machine knows it.
 */
export function judgeClaims(
  claims: OrderClaims,
  { runs, now }: { readonly runs: ReadonlyMap<string, RunRecord>; readonly now: number },
): ClaimsDecision {
  const refuse = (reason: OrderRefusal, message: string): ClaimsDecision => ({
    kind: 'refuse',
    runId: claims.jti,
    reason,
    message,
  });
  if (claims.exp * 1000 <= now) return refuse('expired-order', 'It came too late.');
  if (findPlaybook(claims.playbook) === undefined) {
    return refuse('unknown-playbook', `This client has no playbook "${claims.playbook}".`);
  }
  const playbook = findPlaybook(claims.playbook, claims.playbookVersion);
  if (playbook === undefined) {
    return refuse(
      'unknown-playbook-version',
      `This client doesn't have version ${claims.playbookVersion} of ${claims.playbook}.`,
    );
  }
  const result = validateParameters(playbook, claims.parameters);
  if (!result.ok) return refuse('invalid-parameters', result.problems.join(' '));
  if (claims.mode === 'undo') {
    const undone = claims.undoes === undefined ? undefined : runs.get(claims.undoes);
    if (undone?.changed !== true || !undone.ended) {
      return refuse('nothing-to-undo', 'That run left nothing here that could be taken back.');
    }
  }
  if ([...runs.values()].some(({ ended }) => !ended)) {
    return refuse('another-run-is-active', 'Another run is active on this machine.');
  }
  return { kind: 'begin', claims, playbook, parameters: result.parameters };
}
