import { type WritableSignal, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { deferred, settled } from '../testing/deferred';
import { FakeLive } from '../testing/fake-live';
import { type KeysetPages, keysetPages } from './keyset-pages';

const SIZE = 3;

describe('keysetPages', () => {
  let live: FakeLive;
  let filter: WritableSignal<string>;
  let rows: number[];
  let asked: string[];
  let pages: KeysetPages<number>;
  let hold: Promise<unknown> | null;

  beforeEach(async () => {
    jest.useFakeTimers();
    live = new FakeLive();
    filter = signal('all');
    rows = [1, 2, 3, 4, 5, 6, 7];
    asked = [];
    hold = null;
    TestBed.configureTestingModule({ providers: [live.provider] });
    pages = TestBed.runInInjectionContext(() =>
      keysetPages<number, string>({
        filter,
        id: String,
        pageSize: SIZE,
        affectedBy: ({ machines }) => machines.length > 0,
        load: async (of, { cursor, limit }, abort) => {
          asked.push(`${of} after ${cursor ?? 'nothing'}`);
          if (hold !== null) await hold;
          abort.throwIfAborted();
          const all = rows.filter((row) => row > Number(cursor ?? 0));
          const items = all.slice(0, limit);
          const last = items.at(-1);
          return {
            items,
            next: all.length > limit && last !== undefined ? String(last) : null,
            total: rows.length,
          };
        },
      }),
    );
    await rest();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function rest(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      TestBed.tick();
      await settled();
    }
  }

  async function on(): Promise<void> {
    pages.next();
    await rest();
  }

  async function back(): Promise<void> {
    pages.previous();
    await rest();
  }

  it('goes on and back, and knows where it is', async () => {
    expect(pages.items()).toEqual([1, 2, 3]);
    expect([pages.hasPrevious(), pages.hasNext(), pages.offset()]).toEqual([false, true, 0]);
    await on();
    await on();
    expect(pages.items()).toEqual([7]);
    expect([pages.hasPrevious(), pages.hasNext(), pages.offset()]).toEqual([true, false, 6]);
    await on();
    expect(pages.items()).toEqual([7]);
    await back();
    await back();
    await back();
    expect(pages.items()).toEqual([1, 2, 3]);
    expect(pages.total()).toBe(7);
  });

  it('asks again only for the page that is shown', async () => {
    await on();
    asked = [];
    rows = [1, 2, 3, 5, 6, 7];
    live.changed({ machines: ['00000000-0000-4000-8000-000000000001'] });
    await jest.advanceTimersByTimeAsync(2000);
    await rest();
    expect(asked).toEqual(['all after 3']);
    expect(pages.items()).toEqual([5, 6, 7]);
  });

  it('begins anew with another filter', async () => {
    await on();
    asked = [];
    filter.set('failing');
    await rest();
    expect(asked).toEqual(['failing after nothing']);
    expect(pages.hasPrevious()).toBe(false);
    expect(pages.offset()).toBe(0);
  });

  it('is one step further after two presses while the page is under way', async () => {
    const slow = deferred<null>();
    hold = slow.promise;
    pages.next();
    await rest();
    pages.next();
    await rest();
    slow.resolve(null);
    await rest();
    expect(pages.items()).toEqual([4, 5, 6]);
    expect(pages.offset()).toBe(3);
  });

  it('goes back by itself when nothing is left on the page', async () => {
    await on();
    await on();
    rows = [1, 2, 3, 4];
    live.reconnected();
    await rest();
    expect(pages.items()).toEqual([4]);
    expect(pages.offset()).toBe(3);
  });
});
