import { type FaultRow } from './row';

const KEY = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\OSUpgrade';

export const ALLOW_OS_UPGRADE: FaultRow = {
  playbook: 'allow-os-upgrade',
  parameters: { withoutFailure: true, evenIfUndocumented: true },
  spoil: ({ windows: { faults } }) => {
    faults.refuse('write-registry', 5, { times: 1 });
  },
  succeeds: ['done'],
  done: ({ before, after }) => {
    expect(after).toEqual({ ...before, registry: { [KEY]: { AllowOSUpgrade: 1 } } });
  },
};
