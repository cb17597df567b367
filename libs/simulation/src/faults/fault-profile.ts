import { findPlaybook } from '@fleetmend/domain';

/** How simulated machines can go wrong, by name, each with what it means. */
export const FAULT_PROFILES = {
  flapping: 'the connection comes and goes every few minutes',
  'lying-success': 'runs say that they mended the machine, and it fails again within hours',
  'lost-after-step-3': 'goes silent for ever after the third step of its first run',
  slow: 'steps take 10 to 100 times as long, up to their time-outs',
  'clock-off': 'its own clock is wrong by hours or days',
  cloned: 'a second computer comes up with its key',
  'offline-for-days': 'is away for days at a time',
  'fails-again': 'what was mended breaks again two days later',
  'new-error': 'fails with another error after a run',
  'bad-version': 'runs of one version of a playbook go wrong in its main step, and are taken back',
} as const;
export type FaultProfileName = keyof typeof FAULT_PROFILES;
export const FAULT_PROFILE_NAMES = Object.keys(FAULT_PROFILES) as readonly FaultProfileName[];

/** A profile and the share of the machines that it strikes, 0 to 1. */
export type FaultProfile =
  | { readonly name: Exclude<FaultProfileName, 'bad-version'>; readonly share: number }
  | {
      readonly name: 'bad-version';
      /** The version that goes wrong, as `name@version`. */
      readonly version: string;
      readonly share: number;
    };

const BAD_VERSION = 'bad-version:';

/**
 * Reads `flapping=0.05` or `bad-version:reset-software-distribution@2=0.7`.
 * @throws {RangeError} which says in words what is wrong.
 */
export function parseFaultProfile(text: string): FaultProfile {
  const [, what = '', given = ''] = /^([^=]+)=(.+)$/.exec(text.trim()) ?? [];
  const share = Number(given);
  if (what === '' || !(share >= 0 && share <= 1)) {
    throw new RangeError(`"${text}" must be a name and a share from 0 to 1: flapping=0.05.`);
  }
  if (what.startsWith(BAD_VERSION)) {
    const version = what.slice(BAD_VERSION.length);
    const [name = '', number = ''] = version.split('@');
    if (!/^\d+$/.test(number) || findPlaybook(name, Number(number)) === undefined) {
      throw new RangeError(`There is no version "${version}" of a playbook: write name@version.`);
    }
    return { name: 'bad-version', version, share };
  }
  const name = FAULT_PROFILE_NAMES.find((known) => known === what);
  if (name === undefined) {
    throw new RangeError(
      `There is no profile "${what}"; there are ${FAULT_PROFILE_NAMES.join(', ')}.`,
    );
  }
  if (name === 'bad-version') {
    throw new RangeError('Say which: bad-version:reset-software-distribution@2=0.7.');
  }
  return { name, share };
}
