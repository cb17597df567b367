import { type Clock } from '../clock';
import { watchForWaking } from './wake-watch';

describe('watchForWaking', () => {
  /** What is told when each look finds these steps of clock and uptime, in seconds. */
  const told = async (steps: readonly (readonly [wall: number, uptime: number])[]) => {
    const stop = new AbortController();
    let wall = Date.parse('2026-11-21T08:00:00Z');
    let uptime = 0;
    let step = 0;
    const clock: Clock = {
      now: () => new Date(wall),
      sleep: () => {
        const next = steps[step];
        step += 1;
        if (!next) stop.abort();
        wall += (next?.[0] ?? 0) * 1000;
        uptime += (next?.[1] ?? 0) * 1000;
        return Promise.resolve();
      },
    };
    const heard: string[] = [];
    const machine = { uptimeMilliseconds: () => uptime };
    await watchForWaking(clock, machine, (why) => heard.push(why), stop.signal);
    return heard;
  };

  it.each([
    [
      'an ordinary day',
      [
        [15, 15],
        [15.2, 15],
        [16, 16],
        [30, 30],
      ],
      [],
    ],
    [
      'a sleep that counts as uptime',
      [
        [15, 15],
        [3600, 3600],
        [15, 15],
      ],
      ['woke'],
    ],
    [
      'a sleep that does not',
      [
        [15, 15],
        [3600, 15],
        [15, 15],
      ],
      ['clock-set'],
    ],
    [
      'a clock that is set back',
      [
        [-86_400, 15],
        [15, 15],
      ],
      ['clock-set'],
    ],
    [
      'a clock that is set ahead',
      [
        [400_000_000, 15],
        [15, 15],
      ],
      ['clock-set'],
    ],
    [
      'two sleeps',
      [
        [600, 600],
        [15, 15],
        [600, 600],
      ],
      ['woke', 'woke'],
    ],
  ] as const)('tells %j apart', async (_, steps, expected) => {
    expect(await told(steps)).toEqual(expected);
  });
});
