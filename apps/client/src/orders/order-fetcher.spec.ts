import { VirtualClock } from '../../testing/virtual-clock';
import { type Session } from '../connection/connection';
import { silentLog } from '../log';
import { type OrderDesk } from './order-desk';
import { OrderFetcher } from './order-fetcher';

const WAITS = { baseMs: 1000, capMs: 60_000 };
const GOOD = { ok: true, orders: ['an order'] };
const BUSY = { ok: false, code: 'server-busy', message: 'Try again later.' };

describe('OrderFetcher', () => {
  let taken: string[];
  let unsettledRuns: () => ReadonlySet<string>;
  let asked: number;
  let fetcher: OrderFetcher;

  beforeEach(() => {
    taken = [];
    asked = 0;
    unsettledRuns = () => new Set();
    const desk = {
      unsettledRuns: () => unsettledRuns(),
      take: (orders: readonly string[]) => {
        taken.push(...orders);
        return Promise.resolve(true);
      },
    } as unknown as OrderDesk;
    fetcher = new OrderFetcher(desk, new VirtualClock(), silentLog, WAITS, () => undefined);
  });

  /** A session that ends with the last of its answers. */
  const session = (...answers: (object | Error)[]): Session => {
    const end = new AbortController();
    return {
      ended: end.signal,
      asked: () => Promise.resolve(),
      ask: async () => {
        asked += 1;
        const answer = answers.shift();
        if (answers.length === 0) end.abort();
        await Promise.resolve();
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
  };
  /** Everything that waits for nothing but promises has happened. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it.each<[string, object | Error]>([
    ['is busy', BUSY],
    ['does not answer', new Error('no acknowledgement')],
    ['answers nonsense', { ok: true }],
  ])('asks again while the server %s', async (_, answer) => {
    fetcher.connected(session(answer, answer, GOOD));
    await settled();
    expect(taken).toEqual(['an order']);
    expect(asked).toBe(3);
  });

  it('asks again when the state can not be read for a moment', async () => {
    let reads = 0;
    unsettledRuns = () => {
      reads += 1;
      if (reads === 1) throw new Error('disk I/O error');
      return new Set();
    };
    fetcher.connected(session(GOOD));
    await settled();
    expect(taken).toEqual(['an order']);
  });

  it('makes one more question of any number of nudges', async () => {
    fetcher.connected(session(GOOD, GOOD, GOOD));
    for (let nudges = 0; nudges < 10_000; nudges += 1) fetcher.ask();
    await settled();
    expect(asked).toBe(2);
  });

  it('asks nobody after the connection has ended, and whoever comes next', async () => {
    fetcher.connected(session(BUSY));
    await settled();
    fetcher.ask();
    await settled();
    const before = asked;
    fetcher.connected(session(GOOD));
    await settled();
    expect(asked).toBe(before + 1);
    expect(taken).toEqual(['an order']);
  });
});
