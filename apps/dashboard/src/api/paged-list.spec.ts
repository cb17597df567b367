import { Injector, runInInjectionContext, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type Page } from '@fleetmend/dashboard-api';
import { type Deferred, deferred, settled } from '../testing/deferred';
import { FakeLive } from '../testing/fake-live';
import { ApiError } from './api-error';
import { type PageRequest, type PagedList, pagedList } from './paged-list';

interface Asked {
  readonly filter: string;
  readonly page: PageRequest;
  readonly answer: Deferred<Page<string>>;
}

/** A server's list: cursors are positions. */
function pageOf(all: readonly string[], { cursor, limit }: PageRequest): Page<string> {
  const from = Number(cursor ?? 0);
  const to = from + limit;
  return {
    items: all.slice(from, to),
    next: to < all.length ? `${to}` : null,
    total: all.length,
  };
}

const letters = Array.from({ length: 26 }, (_, n) => String.fromCharCode(97 + n));

describe('pagedList', () => {
  let live: FakeLive;
  let filter: ReturnType<typeof signal<string>>;
  let asked: Asked[];
  let list: PagedList<string>;

  beforeEach(() => {
    live = new FakeLive();
    filter = signal('all');
    asked = [];
    TestBed.configureTestingModule({ providers: [live.provider] });
    list = runInInjectionContext(TestBed.inject(Injector), () =>
      pagedList<string, string>({
        filter,
        load: (of, page) => {
          const answer = deferred<Page<string>>();
          asked.push({ filter: of, page, answer });
          return answer.promise;
        },
        affectedBy: () => true,
        id: (item) => item,
        pageSize: 10,
      }),
    );
    TestBed.tick();
  });

  async function answer(index: number, all = letters): Promise<void> {
    const { page, answer: given } = asked[index]!;
    given.resolve(pageOf(all, page));
    await settled();
  }

  it('shows the first page, then continues where it ended', async () => {
    await answer(0);
    expect([list.items().length, list.hasMore(), list.total()]).toEqual([10, true, 26]);
    void list.loadMore();
    expect(asked[1]!.page).toEqual({ cursor: '10', limit: 10 });
    await answer(1);
    expect(list.items()).toEqual(letters.slice(0, 20));
  });

  it('asks for the next page once, however often it is told to', async () => {
    await answer(0);
    void list.loadMore();
    void list.loadMore();
    expect(asked).toHaveLength(2);
  });

  it('reloads as far as it is shown', async () => {
    await answer(0);
    void list.loadMore();
    await answer(1);
    live.reconnected();
    expect(asked[2]!.page).toEqual({ cursor: undefined, limit: 20 });
    await answer(2, ['new', ...letters]);
    expect(list.items()).toEqual(['new', ...letters.slice(0, 19)]);
  });

  it('shows a row once, though it moved from one page to the next', async () => {
    await answer(0);
    void list.loadMore();
    asked[1]!.answer.resolve({ items: ['j', 'k'], next: null });
    await settled();
    expect(list.items().filter((item) => item === 'j')).toHaveLength(1);
    expect(list.items()).toHaveLength(11);
  });

  it('drops a next page of a list that was replaced meanwhile', async () => {
    await answer(0);
    void list.loadMore();
    filter.set('other');
    TestBed.tick();
    await answer(2, ['x', 'y']);
    await answer(1);
    expect([list.items(), asked.length]).toEqual([['x', 'y'], 3]);
  });

  it('reaches the next page though the list was reloaded meanwhile', async () => {
    await answer(0);
    void list.loadMore();
    live.reconnected();
    await answer(2);
    await answer(1);
    expect(asked[3]!.page).toEqual({ cursor: undefined, limit: 20 });
    await answer(3);
    expect(list.items()).toEqual(letters.slice(0, 20));
  });

  it('keeps the old rows until those of a new filter are here', async () => {
    await answer(0);
    filter.set('vowels');
    TestBed.tick();
    expect([list.items().length, list.loading()]).toEqual([10, true]);
    await answer(1, ['a', 'e']);
    expect(list.items()).toEqual(['a', 'e']);
    expect(asked.map((each) => each.filter)).toEqual(['all', 'vowels']);
  });

  it('drops the answer to an older filter', async () => {
    filter.set('vowels');
    TestBed.tick();
    await answer(1, ['a', 'e']);
    await answer(0);
    expect(list.items()).toEqual(['a', 'e']);
  });

  it('shows an error rather than rows of another filter', async () => {
    await answer(0);
    filter.set('broken');
    TestBed.tick();
    asked[1]!.answer.reject(new ApiError('invalid-request', 'No.', 400));
    await settled();
    expect(list.value()).toBeNull();
    expect(list.error()?.code).toBe('invalid-request');
  });

  it('keeps its rows when the next page fails, and can try again', async () => {
    await answer(0);
    void list.loadMore();
    asked[1]!.answer.reject(new ApiError('unreachable', 'No answer.'));
    await settled();
    expect(list.moreError()?.code).toBe('unreachable');
    expect(list.items()).toHaveLength(10);
    void list.loadMore();
    await answer(2);
    expect([list.moreError(), list.items().length]).toEqual([null, 20]);
  });

  it('reloads a long list in the largest pages there are', async () => {
    const numbers = Array.from({ length: 500 }, (_, n) => `${n}`);
    await answer(0, numbers);
    for (let page = 1; page <= 24; page++) {
      void list.loadMore();
      await answer(page, numbers);
    }
    live.reconnected();
    await answer(25, numbers);
    await answer(26, numbers);
    expect(asked.slice(25).map((each) => each.page)).toEqual([
      { cursor: undefined, limit: 200 },
      { cursor: '200', limit: 50 },
    ]);
    expect(list.items()).toEqual(numbers.slice(0, 250));
  });
});
