import { randomUUID } from 'node:crypto';
import { Agent } from '../agent';
import { WaitingEnrolment } from '../enrolment/waiting-enrolment';
import { rescueServices } from '../playbooks/emergency';
import { becomeOwnMachine } from '../identity/become-own-machine';
import { disown, isCopied } from '../identity/copied-key';
import { type Self } from '../identity/own-hints';
import {
  type Enrolment,
  type Identity,
  readEnrolment,
  readIdentity,
  sealOpenKey,
} from '../state/identity';
import { writeMetadata } from '../state/metadata';
import { SecretUnreadable } from '../state/vault';
import { CLIENT_VERSION } from '../version';
import { type Workplace } from './session';

interface WorkplaceInQuiet extends Workplace {
  readonly quiet: Promise<void> | undefined;
}

/** How often it is looked whether the machine was enrolled, or enrolled anew, by another process. */
const IDENTITY_LOOK_MS = 5_000;

/**
 * Works for the server at which the machine is enrolled, also when that changes. For `quietMs` it only connects: a
 * client that keeps dying must not die of the same thing again at once.
 */
export async function workAs(place: Workplace, stop: AbortSignal, quietMs = 0): Promise<void> {
  const quiet = quietMs > 0 ? place.clock.sleep(quietMs, stop) : undefined;
  sealKey(place);
  const waiting = new WaitingEnrolment(place);
  let told: string | undefined;
  const instanceId = randomUUID();
  while (!stop.aborted) {
    const found = identityIn(place);
    if (typeof found === 'string') {
      if (found !== told) await tellWhyNone(place, found);
      told = found;
      if (!(await waiting.look(undefined, IDENTITY_LOOK_MS)))
        await place.clock.sleep(IDENTITY_LOOK_MS, stop);
    } else {
      told = undefined;
      const self = { hints: await place.windows.machine.hints(), instanceId };
      await workFor(found, self, { ...place, quiet }, waiting, stop);
    }
  }
}

async function workFor(
  identity: Identity,
  self: Self,
  place: WorkplaceInQuiet,
  waiting: WaitingEnrolment,
  stop: AbortSignal,
): Promise<void> {
  const changed = new AbortController();
  const end = AbortSignal.any([stop, changed.signal]);
  const working = workOnceAs(identity, self, place, end).finally(() => {
    changed.abort();
  });
  await Promise.all([working, untilOther(identity, place, waiting, end, changed)]);
}

/** Works with this key until `stop`, or asks for another one where it is a copied one. */
async function workOnceAs(
  identity: Identity,
  self: Self,
  place: WorkplaceInQuiet,
  stop: AbortSignal,
): Promise<void> {
  const { machineId, serverUrl } = identity;
  const { state, log } = place;
  if (isCopied(state, machineId, self.hints, log)) {
    await becomeOwnMachine(identity, self, place, stop);
    return;
  }
  log.info('The client begins.', { version: CLIENT_VERSION, machineId, serverUrl });
  const cloned = new AbortController();
  await new Agent(identity, place, self).run(AbortSignal.any([stop, cloned.signal]), () => {
    cloned.abort();
  });
  if (cloned.signal.aborted) disown(state, machineId, log);
}

/** Who the machine is, or why that can't be said. A state of another machine waits for its enrolment, too. */
function identityIn({ state, vault }: Workplace): Identity | string {
  try {
    return (
      readIdentity(state, vault) ??
      'The machine is not enrolled yet. The client waits for that: fleetmend-client enroll --server URL --token TOKEN'
    );
  } catch (error) {
    if (error instanceof SecretUnreadable) return error.message;
    throw error;
  }
}

async function tellWhyNone(place: Workplace, message: string): Promise<void> {
  const { state, log, clock, settings, windows } = place;
  log.warn(message);
  // Nobody goes on with its run as long as nobody knows who the machine is.
  const why = 'nobody goes on with the run.';
  await rescueServices(settings.dataDirectory, why, { windows, clock, log });
  const status = { state: 'disconnected', message, at: clock.now().toISOString() };
  try {
    writeMetadata(state, 'connection', JSON.stringify(status));
  } catch (error) {
    log.warn('The state of the connection could not be noted.', { error });
  }
}

/** The key of a client that kept it open. Where it can't be sealed (full disk) it is tried at the next start. */
function sealKey({ state, vault, log }: Workplace): void {
  try {
    if (sealOpenKey(state, vault)) log.info("The machine's key was sealed.");
  } catch (error) {
    log.error("The machine's key could not be sealed. It stays as it was.", { error });
  }
}

/** The same machine of the same server may have a new key: the server then refuses the old one. */
async function untilOther(
  known: Enrolment,
  { state, clock }: Workplace,
  waiting: WaitingEnrolment,
  stop: AbortSignal,
  changed: AbortController,
): Promise<void> {
  const isSame = () => readEnrolment(state)?.enrolledAt.getTime() === known.enrolledAt.getTime();
  while (!stop.aborted && isSame()) {
    if (!(await waiting.look(known, IDENTITY_LOOK_MS))) await clock.sleep(IDENTITY_LOOK_MS, stop);
  }
  changed.abort();
}
