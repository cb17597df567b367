import type { MachineAction } from '@fleetmend/domain';
import type { Result, RunCircumstances } from './step-results';

/** How the steps go well that change services, the registry, the clock, or restart the machine. */
export const MACHINE_RESULTS: Readonly<
  Record<MachineAction['action'], (found: RunCircumstances) => Result>
> = {
  'check-update-blockers': () => ({
    seconds: [0.1, 0.4],
    message: 'Disabled: wuauserv, bits.',
    details: { disabled: 'wuauserv, bits', missing: '', blockers: '' },
  }),
  'repair-start-types': () => ({
    seconds: [0.1, 0.5],
    message: 'wuauserv was disabled, now manual; bits was disabled, now manual.',
    details: { repaired: 'wuauserv, bits' },
  }),
  'start-update-services': () => ({
    seconds: [2, 9],
    message: 'Tried, and they start: wuauserv, bits. Ran already: cryptsvc, dosvc, usosvc.',
    details: { failed: '' },
  }),
  'verify-update-services': () => ({
    seconds: [20, 21],
    message:
      'After 20 seconds the update services stand as they should, and Windows Update starts.',
  }),
  'check-feature-update': ({ profile }) => ({
    seconds: [0.05, 0.2],
    message: `This Windows (build ${profile.version.build}) has no documented meaning for AllowOSUpgrade: it was published for Windows 7 and 8.1. The order says to set it anyway; it does no harm.`,
    details: { build: profile.version.build, documented: false },
  }),
  'read-registry-value': () => ({
    seconds: [0.05, 0.1],
    message: 'There is no value "AllowOSUpgrade".',
  }),
  'set-registry-value': () => ({
    seconds: [0.05, 0.1],
    message: '"AllowOSUpgrade" is 1 now.',
    details: { changed: true },
  }),
  'verify-registry-value': () => ({ seconds: [0.05, 0.1], message: '"AllowOSUpgrade" is 1.' }),
  'check-clock-authority': () => ({
    seconds: [0.05, 0.2],
    message: 'This is no domain controller.',
    details: { type: 'NTP' },
  }),
  'measure-clock': ({ random }) => {
    const minutes = random.integer(6, 500);
    return {
      seconds: [0.2, 2],
      message: `The clock is ${minutes} minutes behind by this server. Windows follows time.windows.com (NTP).`,
      details: { isRight: false, type: 'NTP', serverOffsetMs: minutes * 60_000 },
    };
  },
  'enable-time-service': () => ({ seconds: [0.05, 0.2], message: 'It is manual.' }),
  'start-time-service': () => ({
    seconds: [0.5, 3],
    message: 'It is started, until the clock is set.',
  }),
  'resync-clock': () => ({
    seconds: [2, 12],
    message: 'w32tm ended with 0. The clock is now 0.2 seconds behind.',
    details: { exitCode: 0, offsetMs: 200 },
  }),
  'set-clock-from-server': () => ({
    seconds: [0.1, 0.3],
    message: 'The clock is right: 0.2 seconds behind.',
  }),
  'release-time-service': () => ({ seconds: [0.5, 2], message: 'Stopped again: w32time.' }),
  'verify-clock': () => ({
    seconds: [0.2, 2],
    message: 'The clock is 0.2 seconds behind by this server.',
  }),
  'check-restart-needed': () => ({
    seconds: [0.05, 0.2],
    message: 'Windows waits for a restart (windows-update).',
    details: { pending: true, reasons: 'windows-update' },
  }),
  'note-boot': ({ random }) => ({
    seconds: [0.05, 0.1],
    message: `Windows is up for ${random.integer(20, 900)}.0 hours.`,
  }),
  'agree-on-restart': ({ random }) => ({
    seconds: [1, 20],
    message: random.chance(0.6) ? 'The person at the machine has agreed.' : 'Nobody is signed in.',
  }),
  restart: () => ({
    seconds: [0.1, 0.4],
    message: 'Windows was told to restart in 30 seconds.',
  }),
  'await-restart': () => ({ seconds: [40, 120], message: 'Windows restarted.' }),
  'verify-restart': () => ({
    seconds: [0.1, 0.5],
    message:
      'Windows restarted and is up for 1.2 minutes. It waited before for: windows-update; now for: nothing.',
    details: { reasons: '' },
  }),
};
