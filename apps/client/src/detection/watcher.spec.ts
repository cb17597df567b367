import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { windowsUpdateEvent } from '../../testing/event-xml';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Unavailable } from '../windows/windows';
import { EVENT_FEEDS } from './event-feeds';
import { EventWatch } from './event-watch';
import { Watcher } from './watcher';

const POLL_MS = 15_000;
const MINUTE = 60_000;

/** Watch and watcher are real; event log and time are simulated. */
describe('Watcher', () => {
  let windows: SimulatedWindows;
  let clock: VirtualClock;
  let file: string;

  beforeEach(() => {
    windows = simulatedWindows({ root: temporaryFolder() });
    clock = new VirtualClock();
    file = join(windows.machine.softwareDistribution, 'ReportingEvents.log');
  });
  afterEach(removeTemporaryFolders);

  const event = (recordId: bigint) => {
    windows.events.push(windowsUpdateEvent(20, { errorCode: '0x80070002' }, { recordId }));
  };

  /** When the sources were read, in milliseconds since the start; `between` is done after each reading. */
  async function readings(count: number, between: (reading: number) => void = () => undefined) {
    const stop = new AbortController();
    const began = clock.now().getTime();
    const times: number[] = [];
    const detection = {
      poll: () => {
        times.push(clock.now().getTime() - began);
        if (times.length === count) stop.abort();
        else between(times.length);
        return Promise.resolve();
      },
    };
    const events = new EventWatch(windows.eventLog, EVENT_FEEDS, silentLog);
    const watched = { events, files: [file] };
    await new Watcher(detection, watched, POLL_MS, clock, silentLog).run(stop.signal);
    return times;
  }

  it('reads rarely where Windows says what is new', async () => {
    expect(await readings(3)).toEqual([0, 5 * MINUTE, 10 * MINUTE]);
  });

  it('and at once when it does', async () => {
    const [, second = Infinity] = await readings(2, () => {
      event(1n);
    });
    expect(second).toBeLessThanOrEqual(1_000);
  });

  it('reads as often as it is set where Windows does not', async () => {
    windows.faults.refuse('subscribe', new Unavailable('subscriptions', 'this Windows has none'));
    expect(await readings(3)).toEqual([0, POLL_MS, 2 * POLL_MS]);
  });

  it('notices files either way', async () => {
    const write = () => {
      appendFileSync(file, 'a row');
    };
    const [, live = Infinity] = await readings(2, write);
    expect(live).toBeLessThanOrEqual(2_500);
    windows.faults.refuse('subscribe', new Unavailable('subscriptions', 'this Windows has none'));
    const [, polled = Infinity] = await readings(2, write);
    expect(polled).toBeLessThanOrEqual(1_000);
  });

  it('reads at once when a subscription breaks, and subscribes anew', async () => {
    const times = await readings(4, (reading) => {
      if (reading === 1)
        windows.faults.refuse('subscription', new Error('the service ended'), { times: 1 });
      if (reading === 2) event(1n);
    });
    expect(times[1]).toBeLessThanOrEqual(1_000);
    expect(times[2]).toBeLessThanOrEqual(2_000);
    expect(times[3]).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  it('goes on when what was read could not be kept', async () => {
    let polls = 0;
    const stop = new AbortController();
    const detection = {
      poll: () => {
        polls += 1;
        if (polls === 3) stop.abort();
        return Promise.reject(new Error('the disk is full'));
      },
    };
    const events = new EventWatch(windows.eventLog, EVENT_FEEDS, silentLog);
    const watched = { events, files: [file] };
    await new Watcher(detection, watched, POLL_MS, clock, silentLog).run(stop.signal);
    expect(polls).toBe(3);
  });
});
