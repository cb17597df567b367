import { changesSchema } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { PendingChanges } from './pending-changes';

describe('PendingChanges', () => {
  it('tells each id once, and then nothing', () => {
    const pending = new PendingChanges();
    const id = randomUUID();
    pending.add('machines', [id, id]);
    pending.add('machines', [id]);
    pending.addList('users');
    expect(pending.take()).toEqual({
      machines: [id],
      fingerprints: [],
      runs: [],
      remediations: [],
      campaigns: [],
      lists: ['users'],
      truncated: false,
    });
    expect(pending.isEmpty).toBe(true);
  });

  it('says so when more changed than fits', () => {
    const pending = new PendingChanges();
    const ids = Array.from({ length: 501 }, () => randomUUID());
    pending.add('runs', ids);
    const changes = pending.take();
    expect(changes.truncated).toBe(true);
    expect(changesSchema.parse(changes).runs).toEqual(ids.slice(0, 500));
    expect(pending.take().truncated).toBe(false);
  });
});
