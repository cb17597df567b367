import { PendingEvents } from './pending-events';

describe('PendingEvents', () => {
  it('tells each name once, and then nothing', () => {
    const pending = new PendingEvents();
    pending.add({ name: 'machines-changed', payload: { machineIds: ['a', 'b'] } });
    pending.add({ name: 'list-changed', payload: { list: 'users' } });
    pending.add({ name: 'machines-changed', payload: { machineIds: ['b', 'c'] } });
    pending.add({ name: 'list-changed', payload: { list: 'audit' } });
    pending.add({ name: 'list-changed', payload: { list: 'users' } });
    expect(pending.take()).toEqual([
      { name: 'machines-changed', payload: { machineIds: ['a', 'b', 'c'] } },
      { name: 'list-changed', payload: { list: 'users' } },
      { name: 'list-changed', payload: { list: 'audit' } },
    ]);
    expect(pending.isEmpty).toBe(true);
    expect(pending.take()).toEqual([]);
  });

  it('says that everything changed when it is too much to name, once', () => {
    const pending = new PendingEvents();
    const machineIds = Array.from({ length: 1_001 }, (_, index) => `${index}`);
    pending.add({ name: 'machines-changed', payload: { machineIds } });
    pending.add({ name: 'list-changed', payload: { list: 'users' } });
    expect(pending.take()).toEqual([{ name: 'everything-changed', payload: {} }]);
    pending.add({ name: 'machines-changed', payload: { machineIds: ['a'] } });
    expect(pending.take()).toEqual([{ name: 'machines-changed', payload: { machineIds: ['a'] } }]);
  });
});
