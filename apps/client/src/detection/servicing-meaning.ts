import { normaliseErrorCode } from '@fleetmend/domain';
import { type WindowsEvent } from './event-xml';
import { type Clue, recordText } from './observation';

/**
 * Codes by which servicing says that there is nothing to do or that it goes on later: a job that was put aside, a
 * package that doesn't apply, one that waits for a newer servicing stack and is tried again by itself.
 */
const BENIGN = new Set(['0x800F0816', '0x800F081E', '0x800F0823', '0x800F0805', '0x00000000']);

/** States of a package that an installation leads to, as servicing counts them; newer Windows adds 5000. */
const INSTALLING = { from: 64, to: 128 } as const;

/** Whether a code, canonical, says that servicing failed. */
export function isServicingError(code: string | undefined): code is string {
  return code !== undefined && /^0x[89A-F]/.test(code) && !BENIGN.has(code);
}

/** What event 3 of channel Setup tells: a package couldn't be brought into the state that was asked for. */
export function servicingClueOf(event: WindowsEvent, xml: string): Clue | undefined {
  const code = normaliseErrorCode(event.data.get('errorcode') ?? '');
  if (!isServicingError(code)) return undefined;
  const digits = /^KB(\d{4,10})$/i.exec(event.data.get('packageidentifier')?.trim() ?? '')?.[1];
  const state = Number(event.data.get('intendedpackagestate') ?? Number.NaN) % 5000;
  const isInstalling = state >= INSTALLING.from && state <= INSTALLING.to;
  // WindowsUpdateAgent, UpdateAgentLCU …: what somebody does with DISM or a feature's switch is no update.
  const isOfUpdate = /update/i.test(event.data.get('client') ?? '');
  return {
    source: 'servicing',
    code,
    kb: digits === undefined ? undefined : `KB${digits}`,
    at: event.at,
    record: recordText(xml),
    isVerdict: digits !== undefined && isInstalling && isOfUpdate,
  };
}
