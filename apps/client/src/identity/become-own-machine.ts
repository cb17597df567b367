import { type AgentParts, workshopOf } from '../agent';
import { BackOff } from '../connection/back-off';
import { type ReEnrolment, reEnrol } from '../connection/re-enrol';
import { routesFrom } from '../connection/route-finder';
import { ServerClock } from '../connection/server-clock';
import { Runner } from '../playbooks/runner';
import { type Identity, writeIdentity } from '../state/identity';
import { writeMetadata } from '../state/metadata';
import { settleCopy } from './copied-key';
import { recordHints, type Self } from './own-hints';

/** An administrator is asked so rarely, in multiples of the longest wait between two connections. */
const FOR_PEOPLE = 5;

/**
 * Asks for a key of this computer's own until there is one, or the server says that the key is no copy. Meanwhile a run
 * that was cut off takes back what it did, and nothing else happens: there is no connection with a copied key. Ends
 * with `stop`, too. Never rejects.
 */
export async function becomeOwnMachine(
  copied: Identity,
  self: Self,
  parts: AgentParts,
  stop: AbortSignal,
): Promise<void> {
  const { state, clock, log } = parts;
  const { journal, executor } = workshopOf(parts);
  const done = new AbortController();
  const working = AbortSignal.any([stop, done.signal]);
  const runner = new Runner(journal, executor, state, clock, log, () => undefined);
  await Promise.all([
    runner.run(working),
    askUntilSettled(copied, self, parts, working).finally(() => {
      done.abort();
    }),
  ]);
}

async function askUntilSettled(
  copied: Identity,
  self: Self,
  parts: AgentParts,
  stop: AbortSignal,
): Promise<void> {
  const { state, settings, clock, log } = parts;
  const serverClock = new ServerClock(state, clock, parts.windows.machine);
  const routes = routesFrom({
    ...parts,
    network: parts.windows.network,
    environment: settings.proxies,
  });
  let failures = 0;
  const backOff = new BackOff(settings.reconnectBaseMs, settings.reconnectCapMs);
  while (!stop.aborted) {
    let wait = backOff.next();
    try {
      const ways = await routes.waysTo(copied.serverUrl, failures > 0);
      const route = ways[failures % ways.length];
      if (!route) throw new Error('No way to the server is known.');
      failures += 1;
      const answer = await reEnrol(copied, self, route, serverClock, clock.now());
      if (settled(answer, copied, self, parts)) return;
      if (answer.outcome === 'clock-skew') serverClock.set(answer.serverTime);
      else if ('message' in answer) tell(answer.message, parts);
      if (answer.outcome === 'for-people') wait = settings.reconnectCapMs * FOR_PEOPLE;
      if (answer.outcome === 'later') wait = Math.max(wait, answer.retryAfterMs ?? 0);
    } catch (error) {
      log.error('A key of its own could not be kept. It is asked for again.', { error });
    }
    await clock.sleep(wait, stop);
  }
}

/** Writes down what the server decided; false when it hasn't. */
function settled(
  answer: ReEnrolment,
  copied: Identity,
  { hints }: Self,
  { state, vault, log }: AgentParts,
): boolean {
  if (answer.outcome === 'not-cloned') {
    state.transaction(() => {
      settleCopy(state);
      recordHints(state, copied.machineId, hints);
      // What was set aside is read and reported anew.
      writeMetadata(state, 'reported-to', '');
    });
    log.warn("The server says that the key is this computer's own.", {});
    return true;
  }
  if (answer.outcome !== 'enrolled') return false;
  const { identity } = answer;
  state.transaction(() => {
    writeIdentity(state, vault, identity);
    recordHints(state, identity.machineId, hints);
    settleCopy(state);
  });
  log.warn('This computer is a machine of its own now, with a key of its own.', {
    machineId: identity.machineId,
    copiedFrom: copied.machineId,
  });
  return true;
}

function tell(message: string, { state, clock, log }: AgentParts): void {
  log.warn(message);
  const status = { state: 'disconnected', message, at: clock.now().toISOString() };
  writeMetadata(state, 'connection', JSON.stringify(status));
}
