import * as fc from 'fast-check';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Pauses } from './pauses';

const WAITS = { baseMs: 1_000, capMs: 60_000 };
const HOUR_MS = 3_600_000;

describe('Pauses', () => {
  let state: State;
  let clock: VirtualClock;
  let uptime: number;

  beforeEach(() => {
    state = openState(temporaryFolder(), silentLog);
    clock = new VirtualClock();
    uptime = HOUR_MS;
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  /** The client starts, with this luck from 0 (the shortest waits) to 1. */
  const start = (luck = 1) =>
    new Pauses(state, clock, { uptimeMilliseconds: () => uptime }, WAITS, () => luck);

  it('connects at once where nothing speaks against it', () => {
    expect(start().first()).toBe(0);
  });

  it('waits with full jitter, up to a bound that doubles', () => {
    const pauses = start();
    expect(Array.from({ length: 8 }, () => pauses.failed())).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
    expect(start(0).failed()).toBe(0);
  });

  it('makes no storm of a client that crashes as soon as it connects', () => {
    const waits = Array.from({ length: 9 }, () => {
      const pauses = start();
      const wait = pauses.first();
      clock.advance(wait);
      pauses.begins();
      pauses.thrives();
      return wait;
    });
    expect(waits).toEqual([0, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('forgets the crashes after a connection that stood, or after a while', () => {
    start().begins();
    start().begins();
    start().stands();
    expect(start().first()).toBe(0);
    start().begins();
    clock.advance(HOUR_MS);
    expect(start().first()).toBe(0);
  });

  it('spreads machines that have all started in the same minute', () => {
    uptime = 20_000;
    const firsts = Array.from({ length: 11 }, (_, index) => start(index / 10).first());
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    expect(firsts[0]).toBe(0);
    expect(firsts[10]).toBe(30_000);
  });

  it('stays away as long as the server wants, and up to a quarter longer', () => {
    expect(start(0).directed(40)).toBe(40_000);
    expect(start(1).directed(40)).toBe(50_000);
    expect(start(1).directed(0)).toBe(1_000);
  });

  it('stays away also after a restart', () => {
    start(0).directed(40);
    clock.advance(10_000);
    expect(start(0).first()).toBe(30_000);
    clock.advance(30_000);
    expect(start(0).first()).toBeLessThanOrEqual(0);
  });

  it('is silenced by no server for longer than a quarter over fifteen minutes, whatever the clock does', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, noNaN: true }),
        fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }),
        (seconds, jump) => {
          expect(start().directed(seconds)).toBeLessThanOrEqual(1_125_000);
          clock.advance(jump);
          expect(start().first()).toBeLessThanOrEqual(900_000);
        },
      ),
    );
  });

  it('does without its memory when the disk is full or the memory is damaged', () => {
    state.run('INSERT INTO metadata (name, value) VALUES (\'attempts\', \'{"at":"never"}\')');
    expect(start().first()).toBe(0);
    state.run('PRAGMA query_only = ON');
    start().begins();
    expect(start().directed(1)).toBe(2_000);
  });
});
