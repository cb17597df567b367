import { EventEmitter, once } from 'node:events';
import { endOf } from './end';

class FakeHost extends EventEmitter {
  ppid = 42;
}

describe('endOf', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('ends at %s', (signal) => {
    const host = new FakeHost();
    const end = endOf(undefined, host);
    expect(end.aborted).toBe(false);
    host.emit(signal);
    expect(end.aborted).toBe(true);
  });

  it('ends when the parent has gone', async () => {
    const host = new FakeHost();
    const end = endOf(42, host, 1);
    host.ppid = 1;
    await once(end, 'abort');
  });

  it('ends at once where the parent had gone before', async () => {
    await once(endOf(43, new FakeHost(), 1), 'abort');
  });
});
