import { type Report } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { type Network } from '../windows/network';

/** What is of use later, too: it waits for a network that costs nothing. */
const CAN_WAIT: readonly Report['kind'][] = ['inventory', 'history'];
/** … but not for ever: once in so long all of it goes. */
const PATIENCE_MS = 24 * 3_600_000;
/** How long an answer of Windows counts. */
const ASK_AGAIN_MS = 5 * 60_000;

/**
 * Says which kinds of reports are not sent now, because the network costs money. `setting` decides where it is set;
 * otherwise Windows does, and where that can't be asked nothing waits.
 */
export function thriftOf(
  setting: boolean | undefined,
  network: Pick<Network, 'cost'>,
  clock: Clock,
): () => Promise<readonly Report['kind'][]> {
  let isMetered = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  // What the client tells of itself at its start is never held back.
  let sentAt = clock.now().getTime() - PATIENCE_MS - 1;
  const ask = async (now: number) => {
    if (setting !== undefined) return setting;
    // A clock that was set back must not make an old answer count for long.
    if (Math.abs(now - askedAt) < ASK_AGAIN_MS) return isMetered;
    askedAt = now;
    return network.cost().then(
      (cost) => cost === 'metered',
      () => false,
    );
  };
  return async () => {
    const now = clock.now().getTime();
    isMetered = await ask(now);
    if (!isMetered || now < sentAt) sentAt = now;
    const age = now - sentAt;
    if (age > PATIENCE_MS + ASK_AGAIN_MS) sentAt = now;
    return isMetered && age <= PATIENCE_MS ? CAN_WAIT : [];
  };
}
