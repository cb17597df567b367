import { REPORTS, type Report, reportsAckSchema } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { BackOff } from '../connection/back-off';
import { ConnectionLost, type Session } from '../connection/connection';
import { type Log } from '../log';
import { type Batch, type Outbox } from './outbox';
import { Pace } from './pace';

export interface DeliveryParts {
  readonly session: Session;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly waits: { readonly baseMs: number; readonly capMs: number };
  /** Called after every message that the server took. */
  readonly accepted: () => void;
  /** Milliseconds that no change of the clock moves. */
  readonly ticks?: (() => number) | undefined;
  /** What is known of the link; outlives the session. */
  readonly pace?: Pace | undefined;
  /** Kinds of reports that wait for a cheaper network. Asked before each message. */
  readonly thrift?: (() => Promise<readonly Report['kind'][]>) | undefined;
}

/**
 * Sends what is in the outbox, one message at a time, for as long as the session lasts. Throws `ConnectionLost` when
 * the server doesn't answer: then nothing was removed, and the same reports go out again over the next connection.
 */
export async function deliver(parts: DeliveryParts): Promise<void> {
  const { session, outbox, clock, log, waits, accepted, pace = new Pace(), thrift } = parts;
  const ticks = parts.ticks ?? (() => performance.now());
  const backOff = new BackOff(waits.baseMs, waits.capMs);
  while (!session.ended.aborted) {
    const batch = outbox.nextBatch({
      bytes: pace.limit,
      largest: pace.largest,
      waits: await thrift?.(),
    });
    if (!batch) {
      await untilAnnounced(outbox, session.ended);
      continue;
    }
    const answer = reportsAckSchema.safeParse(await send(batch, session, pace, ticks));
    if (!answer.success) throw new ConnectionLost('the server answered something else');
    if (outbox.settle(batch, answer.data) === 'settled') {
      backOff.reset();
      accepted();
    } else {
      log.warn('The server took none of the reports. They are sent again.', {
        reports: batch.ids.length,
        answer: answer.data.ok ? 'accepted none' : answer.data.code,
      });
      await clock.sleep(backOff.next(), session.ended);
    }
  }
}

async function send(
  batch: Batch,
  session: Session,
  pace: Pace,
  ticks: () => number,
): Promise<unknown> {
  // Behind a long message the answer to the server's question for life would come too late.
  if (pace.isInTheWay(batch.bytes)) await session.asked();
  const begun = ticks();
  try {
    const message = { reports: batch.reports };
    const answer = await session.ask(REPORTS, message, pace.timeoutMs(batch.bytes));
    pace.took(batch.bytes, ticks() - begun);
    return answer;
  } catch (error) {
    const passed = ticks() - begun;
    if (error instanceof ConnectionLost) pace.gotLost(batch.bytes, batch.ids.length, passed);
    throw error;
  }
}

function untilAnnounced(outbox: Outbox, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      stop();
      ended.removeEventListener('abort', finish);
      resolve();
    };
    const stop = outbox.onAnnounced(finish);
    ended.addEventListener('abort', finish, { once: true });
    if (ended.aborted) finish();
  });
}
