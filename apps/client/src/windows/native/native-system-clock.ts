import { type SystemClock } from '../system-clock';
import { type Bridge, type NativeFunction } from './bridge';
import { Privileges } from './privileges';

/** SYSTEMTIME: eight words. */
const SYSTEMTIME_SIZE = 16;

/** The clock through kernel32. */
export class NativeSystemClock implements SystemClock {
  private readonly setTime: NativeFunction<[Buffer], number>;

  constructor(private readonly bridge: Bridge) {
    this.setTime = bridge.bind('kernel32', 'int SetSystemTime(void *time)');
  }

  set(time: Date): Promise<void> {
    return Promise.resolve().then(() => {
      new Privileges(this.bridge).enable('SeSystemtimePrivilege');
      if (this.setTime(systemTime(time)) === 0) throw this.bridge.error('SetSystemTime');
    });
  }
}

/** A moment as SYSTEMTIME, in UTC. */
export function systemTime(time: Date): Buffer {
  const words = [
    time.getUTCFullYear(),
    time.getUTCMonth() + 1,
    time.getUTCDay(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
    time.getUTCMilliseconds(),
  ];
  const buffer = Buffer.alloc(SYSTEMTIME_SIZE);
  words.forEach((word, index) => buffer.writeUInt16LE(word, index * 2));
  return buffer;
}
