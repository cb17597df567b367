import { testDatabase } from '../../../testing/test-database';
import { Logger } from '../logging';
import { Events } from './events';

describe('Events', () => {
  const test = testDatabase();

  function listening() {
    const events = new Events(Logger.open('silent'));
    const heard: string[] = [];
    events.on('machine-retired', ({ machineId }) => {
      heard.push(machineId);
    });
    return { events, heard };
  }

  it('tells after the commit', async () => {
    const { events, heard } = listening();
    await test.database.inTransaction(async (transaction) => {
      events.tell(transaction, 'machine-retired', { machineId: 'a' });
      await transaction.query('SELECT 1');
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual(['a']);
  });

  it('tells nothing of what was rolled back', async () => {
    const { events, heard } = listening();
    const failed = test.database.inTransaction((transaction) => {
      events.tell(transaction, 'machine-retired', { machineId: 'a' });
      return Promise.reject(new Error('no'));
    });
    await expect(failed).rejects.toThrow('no');
    expect(heard).toEqual([]);
  });

  it('tells the others when a listener fails', async () => {
    const events = new Events(Logger.open('silent'));
    const heard: string[] = [];
    events.on('machine-retired', () => {
      throw new Error('at once');
    });
    events.on('machine-retired', () => Promise.reject(new Error('later')));
    events.on('machine-retired', ({ machineId }) => {
      heard.push(machineId);
    });
    await test.database.inTransaction((transaction) => {
      events.tell(transaction, 'machine-retired', { machineId: 'a' });
      return Promise.resolve();
    });
    expect(heard).toEqual(['a']);
  });

  it('stops telling who has stopped listening', () => {
    const events = new Events(Logger.open('silent'));
    const heard: string[] = [];
    const stop = events.on('machine-retired', () => {
      heard.push('x');
    });
    stop();
    events.tellNow('machine-retired', { machineId: 'a' });
    expect(heard).toEqual([]);
  });
});
