import { isElsewhere, type MachineHints } from '@fleetmend/domain';
import { type Log } from '../log';
import { Outbox } from '../outbox/outbox';
import { forgetMetadata, readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { recordedHints, recordHints } from './own-hints';
import { disownRuns } from '../playbooks/disowned-runs';

/** What hangs on the computer on which the state was written, and means nothing on another. */
const OF_THE_OTHER = ['inventory', 'connection', 'clock-offset'] as const;

/**
 * Whether the key of `machineId` was made on another computer: the state was copied, or the server said so. Writes
 * down what is true here where nothing was written down before, so that a later copy is noticed.
 */
export function isCopied(
  state: State,
  machineId: string,
  present: MachineHints,
  log: Log,
): boolean {
  if (readMetadata(state, 'copied-from') === machineId) return true;
  const recorded = recordedHints(state, machineId);
  if (recorded && isElsewhere(recorded, present)) {
    log.warn('The state of this client was made on another computer.', { recorded, present });
    disown(state, machineId, log);
    return true;
  }
  // What can't be read today may have been readable when it was written down.
  recordHints(state, machineId, {
    smbiosUuid: present.smbiosUuid ?? recorded?.smbiosUuid,
    machineGuid: present.machineGuid ?? recorded?.machineGuid,
    hostname: present.hostname,
  });
  return false;
}

/**
 * Nothing that waits in this state is this computer's: reports are set aside, runs are told to nobody, and one that was
 * cut off in its middle takes back what it did. All of it, or none.
 */
export function disown(state: State, machineId: string, log: Log): void {
  state.transaction(() => {
    writeMetadata(state, 'copied-from', machineId);
    const reports = new Outbox(state, log).setAllAside(
      'Made under the identity of another computer, from which this state was copied.',
    );
    const runs = disownRuns(state);
    for (const name of OF_THE_OTHER) forgetMetadata(state, name);
    log.warn('What was left by the other computer is neither reported nor carried on.', {
      machineId,
      reports,
      runs,
    });
  });
}

/** The key is this computer's after all, or it has one of its own now. */
export function settleCopy(state: State): void {
  forgetMetadata(state, 'copied-from');
}
