import { REPORTS, reportsAckSchema } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { BackOff } from '../connection/back-off';
import { ConnectionLost, type Session } from '../connection/connection';
import { type Log } from '../log';
import { type Outbox } from './outbox';

/**
 * Sends what is in the outbox, one message at a time, for as long as the session lasts. Throws `ConnectionLost` when
 * the server doesn't answer: then nothing was removed, and the same reports go out again over the next connection.
 */
export async function deliver(
  session: Session,
  outbox: Outbox,
  clock: Clock,
  log: Log,
  waits: { readonly baseMs: number; readonly capMs: number },
  accepted: () => void,
): Promise<void> {
  const backOff = new BackOff(waits.baseMs, waits.capMs);
  while (!session.ended.aborted) {
    const batch = outbox.nextBatch();
    if (!batch) {
      await untilAnnounced(outbox, session.ended);
      continue;
    }
    const answer = reportsAckSchema.safeParse(
      await session.ask(REPORTS, { reports: batch.reports }),
    );
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
