import { Injector, runInInjectionContext, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type Deferred, deferred, settled } from '../testing/deferred';
import { FakeLive } from '../testing/fake-live';
import { sampleId } from '../testing/samples';
import { ApiError } from './api-error';
import { type Snapshot, snapshot } from './snapshot';

const ID = sampleId(7);

describe('snapshot', () => {
  let live: FakeLive;
  let key: ReturnType<typeof signal<string>>;
  let asked: { key: string; signal: AbortSignal; answer: Deferred<string> }[];
  let thing: Snapshot<string>;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    live = new FakeLive();
    key = signal('a');
    asked = [];
    TestBed.configureTestingModule({ providers: [live.provider] });
    thing = runInInjectionContext(TestBed.inject(Injector), () =>
      snapshot({
        key,
        load: (of, signal) => {
          const answer = deferred<string>();
          asked.push({ key: of, signal, answer });
          return answer.promise;
        },
        affectedBy: (changes) => changes.machines.includes(ID),
      }),
    );
    TestBed.tick();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  async function answer(index: number, value: string): Promise<void> {
    asked[index]!.answer.resolve(value);
    await settled();
  }

  it('loads once, and shows the answer', async () => {
    expect(thing.loading()).toBe(true);
    await answer(0, 'first');
    expect([asked.length, thing.value(), thing.loading()]).toEqual([1, 'first', false]);
  });

  it('drops the answer to an older key, however late it comes', async () => {
    key.set('b');
    TestBed.tick();
    expect(asked[0]!.signal.aborted).toBe(true);
    await answer(1, 'of b');
    await answer(0, 'of a');
    expect(thing.value()).toBe('of b');
    expect(asked.map((each) => each.key)).toEqual(['a', 'b']);
  });

  it('forgets the value of another key at once', async () => {
    await answer(0, 'of a');
    key.set('b');
    TestBed.tick();
    expect([thing.value(), thing.loading()]).toEqual([null, true]);
  });

  it('loads again after a change of it, gathering many into one', async () => {
    await answer(0, 'first');
    jest.advanceTimersByTime(5000);
    for (let n = 0; n < 10; n++) live.changed({ machines: [ID] });
    expect(asked).toHaveLength(1);
    jest.advanceTimersByTime(200);
    expect(asked).toHaveLength(2);
    expect(thing.value()).toBe('first');
    await answer(1, 'second');
    expect(thing.value()).toBe('second');
  });

  it('does not load more than about once a second, however much changes', async () => {
    await answer(0, 'first');
    for (let n = 0; n < 100; n++) {
      live.changed({ machines: [ID] });
      jest.advanceTimersByTime(50);
      await answer(asked.length - 1, `${n}`);
    }
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(asked.length).toBeGreaterThanOrEqual(5);
  });

  it('ignores changes of other things, but not when too much changed to say what', async () => {
    await answer(0, 'first');
    live.changed({ machines: [sampleId(8)] });
    jest.advanceTimersByTime(5000);
    expect(asked).toHaveLength(1);
    live.changed({ truncated: true });
    jest.advanceTimersByTime(5000);
    expect(asked).toHaveLength(2);
  });

  it('asks once more when something changed while it was asking', async () => {
    live.changed({ machines: [ID] });
    jest.advanceTimersByTime(5000);
    expect(asked).toHaveLength(1);
    await answer(0, 'before the change');
    expect(asked).toHaveLength(2);
    await answer(1, 'after the change');
    expect(thing.value()).toBe('after the change');
  });

  it('loads again after a reconnect', async () => {
    await answer(0, 'first');
    live.reconnected();
    expect(asked).toHaveLength(2);
  });

  it('keeps what it shows when a reload fails, and says so', async () => {
    await answer(0, 'first');
    void thing.reload();
    asked[1]!.answer.reject(new ApiError('unreachable', 'No answer.'));
    await settled();
    expect(thing.value()).toBe('first');
    expect(thing.error()).toBeNull();
    expect(thing.refreshError()?.code).toBe('unreachable');
    void thing.reload();
    await answer(2, 'again');
    expect([thing.value(), thing.refreshError()]).toEqual(['again', null]);
  });

  it('says why there is nothing to show', async () => {
    asked[0]!.answer.reject(new ApiError('not-found', 'There is no such machine.', 404));
    await settled();
    expect(thing.error()?.code).toBe('not-found');
    expect(thing.loading()).toBe(false);
  });

  it('asks nothing more once its owner is gone', async () => {
    await answer(0, 'first');
    live.changed({ machines: [ID] });
    TestBed.resetTestingModule();
    jest.advanceTimersByTime(5000);
    expect(asked).toHaveLength(1);
  });
});
