import { expectAsBefore, type FaultRow } from './row';

export const RESTART_MACHINE: FaultRow = {
  playbook: 'restart-machine',
  // Everything in it happens at every call: the shorter it waits, the sooner the table has an end.
  parameters: { deferralMinutes: 1, noticeMinutes: 1 },
  prepare: ({ windows }) => {
    windows.pending = { pending: true, reasons: ['windows-update'] };
    windows.sessions.people = [{ id: 1, isActive: true }];
    windows.sessions.answers = ['no', 'yes'];
  },
  spoil: ({ windows }) => {
    windows.power.refused = true;
  },
  succeeds: ['done'],
  done: (end) => {
    expect(end.bench.windows.restarts).toBe(1);
    expect(end.bench.windows.power.requests).toBe(1);
    expectAsBefore(end);
  },
  takenBack: (end) => {
    expect(end.bench.windows.restarts).toBe(0);
    expect(end.bench.windows.power.isPending).toBe(false);
    expectAsBefore(end);
  },
};
