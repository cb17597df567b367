import { type FaultRow } from './row';

const DISABLED = ['wuauserv', 'bits', 'dosvc'];

export const REPAIR_UPDATE_SERVICES: FaultRow = {
  playbook: 'repair-update-services',
  prepare: ({ windows: { services } }) => {
    for (const name of DISABLED)
      Object.assign(services.get(name), { startType: 'disabled', state: 'stopped' });
    services.get('usosvc').state = 'stopped';
  },
  spoil: ({ windows: { faults } }) => {
    faults.refuse('set-start-type', 5, { subject: 'wuauserv', times: 1 });
  },
  succeeds: ['done'],
  done: ({ bench, before, after }) => {
    expect(after.registry).toEqual(before.registry);
    expect(after.startTypes).toEqual({
      ...before.startTypes,
      ...{ wuauserv: 'manual', bits: 'manual', dosvc: 'automatic' },
    });
    // What starts with Windows runs; what was only tried rests again, unless it started by itself.
    expect(after.services).toMatchObject({ dosvc: 'running', usosvc: 'running' });
    const rests = bench.windows.services.get('wuauserv').restartsItself === 0;
    if (rests) expect(after.services).toMatchObject({ msiserver: before.services['msiserver'] });
  },
};
