import * as z from 'zod';
import { BackOff } from '../connection/back-off';
import { EnrolmentFailed } from '../connection/enrol';
import { serverOrigin, UnusableServerUrl } from '../connection/server-url';
import { reasonOf } from '../log';
import { type Enrolment } from '../state/identity';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { enrolmentToken, enrolMachine, type EnrolmentParts, UnusableToken } from './enrol-machine';
import { type HandedOver, readHandedOver, removeHandedOver } from './handed-over';

/** What the server says of a token that will never be worth anything again. */
const FOR_GOOD: readonly (string | undefined)[] = [
  'invalid-enrolment-token',
  'enrolment-token-expired',
  'enrolment-token-revoked',
  'enrolment-token-used-up',
];

const BY_HAND =
  'Then install again with it, or: fleetmend-client enroll --server URL --token TOKEN';

const progressSchema = z.object({
  /** `waiting` is tried again, `failed` is not. */
  state: z.enum(['waiting', 'failed']),
  message: z.string(),
  at: z.string(),
});

/** How an enrolment stands that an installer has left. */
export type EnrolmentProgress = z.infer<typeof progressSchema>;

/** Undefined when none was left, or it went well. */
export function readEnrolmentProgress(state: State): EnrolmentProgress | undefined {
  const json = readMetadata(state, 'enrolment');
  if (json === undefined) return undefined;
  try {
    return progressSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/**
 * Carries out the enrolment that an installer has left: at once, and again with growing waits while the server can't be
 * reached. A token that the server refuses for good, or that is used, is deleted; `status` and `doctor` say what came
 * of it.
 */
export class WaitingEnrolment {
  private readonly backOff: BackOff;
  private waitMs = 0;
  private told: string | undefined;

  constructor(private readonly parts: EnrolmentParts) {
    const { reconnectBaseMs, reconnectCapMs } = parts.settings;
    this.backOff = new BackOff(reconnectBaseMs, reconnectCapMs);
  }

  /**
   * Called every `sinceMs`: tries when it is time to. `known` is the enrolment that the machine has. Answers whether it
   * has a new one. Never rejects.
   */
  async look(known: Enrolment | undefined, sinceMs: number): Promise<boolean> {
    this.waitMs -= sinceMs;
    if (this.waitMs > 0) return false;
    try {
      return await this.attempt(known);
    } catch (error) {
      this.later(`The enrolment could not be begun: ${reasonOf(error)}`);
      return false;
    }
  }

  private async attempt(known: Enrolment | undefined): Promise<boolean> {
    const { dataDirectory } = this.parts.settings;
    const left = readHandedOver(dataDirectory);
    if (left === undefined) {
      this.waitMs = Infinity; // Installers stop the service before they leave something.
      return false;
    }
    if (left === 'damaged') {
      this.giveUp(`What the installer left can't be read. Make a new token. ${BY_HAND}`);
      return false;
    }
    const isDone = known && (!left.reenroll || known.enrolledAt.getTime() >= left.at);
    if (!isDone) return this.enrol(left);
    removeHandedOver(dataDirectory);
    this.parts.log.info(
      'The machine is enrolled already: the token of the installer was not used.',
    );
    return false;
  }

  private async enrol(left: HandedOver): Promise<boolean> {
    try {
      const serverUrl = serverOrigin(left.server, left.allowHttp);
      await enrolMachine(serverUrl, enrolmentToken(left.token), this.parts);
      return true;
    } catch (error) {
      if (isForGood(error)) this.giveUp(`${reasonOf(error)} ${BY_HAND}`);
      else this.later(reasonOf(error));
      return false;
    }
  }

  private giveUp(message: string): void {
    this.remember('failed', message);
    removeHandedOver(this.parts.settings.dataDirectory);
  }

  private later(message: string): void {
    this.waitMs = this.backOff.next();
    this.remember('waiting', message);
  }

  private remember(state: EnrolmentProgress['state'], message: string): void {
    const { log, clock } = this.parts;
    if (message !== this.told)
      log.warn('The enrolment that the installer left.', { state, message });
    this.told = message;
    try {
      const progress: EnrolmentProgress = { state, message, at: clock.now().toISOString() };
      writeMetadata(this.parts.state, 'enrolment', JSON.stringify(progress));
    } catch (error) {
      log.warn('The state of the enrolment could not be noted.', { error });
    }
  }
}

function isForGood(error: unknown): boolean {
  if (error instanceof UnusableServerUrl || error instanceof UnusableToken) return true;
  return error instanceof EnrolmentFailed && FOR_GOOD.includes(error.code);
}
