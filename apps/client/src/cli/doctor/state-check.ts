import { reasonOf } from '../../log';
import { hasOpenKey, readIdentity } from '../../state/identity';
import { readMetadata } from '../../state/metadata';
import { SecretUnreadable, Vault } from '../../state/vault';
import { type Finding, ok, problem, warning } from './finding';
import { type Check, type Surroundings } from './surroundings';

/** The state file, and the key in it. */
export const stateCheck: Check = {
  what: 'state',
  examine: (place) => Promise.resolve(findingsOf(place)),
};

function findingsOf(place: Surroundings): Finding[] {
  const { attempts } = place;
  if (!attempts.settings.ok) return [];
  if (!attempts.state.ok) return [unreadable(attempts.state.error)];
  const findings = [ok('state', 'state', 'The state can be read.')];
  const damaged = readMetadata(place.state, 'damaged-state');
  if (damaged !== undefined) {
    findings.push(
      warning(
        'state-was-damaged',
        'state',
        damaged,
        'Look at the disk (chkdsk, its SMART values). What is set aside may be deleted when nothing is missed.',
      ),
    );
  }
  if (attempts.windows.ok) findings.push(...keyFindings(place));
  return findings;
}

function keyFindings({ state, windows, settings }: Surroundings): Finding[] {
  try {
    readIdentity(state, new Vault(windows.secrets, settings.dataDirectory));
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
    const fix =
      'fleetmend-client enroll --server URL --token TOKEN. Before the disk of a machine is copied: fleetmend-client prepare-image.';
    return [problem('state-of-another-machine', 'state', error.message, fix)];
  }
  if (!hasOpenKey(state)) return [];
  return [
    warning(
      'key-open',
      'state',
      "The machine's key is not sealed: an earlier client kept it open.",
      'Restart the service: it seals the key. Its log says why when it can not.',
    ),
  ];
}

function unreadable(error: unknown): Finding {
  return problem(
    'state-unreadable',
    'state',
    `The state can't be read: ${reasonOf(error)}`,
    'Run this as an administrator, and make room on the disk. A damaged file is set aside by the service at its next start, and what can be read of it is kept.',
  );
}
