import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { START_LOG_FILE, StartLog } from './start-log';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const LONG_UP = 30 * 24 * 60 * MINUTE;

describe('StartLog', () => {
  let folder: string;
  let log: StartLog;
  beforeEach(() => {
    folder = temporaryFolder();
    log = new StartLog(folder);
  });
  afterEach(removeTemporaryFolders);

  const past = (uptimeMs = LONG_UP, now = NOW) => log.past(new Date(now), uptimeMs);
  const die = (...minutesAgo: readonly number[]) => {
    for (const minutes of minutesAgo) log.begin(new Date(NOW - minutes * MINUTE));
  };

  it.each<[string, readonly number[], number]>([
    ['never', [], 0],
    ['twice', [10, 5], 0],
    ['three times', [10, 5, 1], MINUTE],
    ['four times', [15, 10, 5, 1], 2 * MINUTE],
    ['without end', Array.from({ length: 30 }, (_, index) => 59 - index), 30 * MINUTE],
    ['three times in more than an hour', [70, 5, 1], 0],
  ])('holds back after dying %s', (_, deaths, quietMs) => {
    die(...deaths);
    expect(past().quietMs).toBe(quietMs);
  });

  it('counts neither lives that ended as asked, nor those that the machine ended', () => {
    for (const minutes of [5, 4, 3]) {
      die(minutes);
      log.end('asked');
    }
    expect(past()).toEqual({ deaths: 0, lastDied: false, lastEnd: undefined, quietMs: 0 });
    die(5, 4, 3);
    expect(past(2 * MINUTE).quietMs).toBe(0);
    expect(past(6 * MINUTE).quietMs).toBe(MINUTE);
  });

  it('says how the last life ended', () => {
    die(2);
    expect(past().lastEnd).toContain('without a word');
    log.end('failed', 'The disk is gone.');
    expect(past().lastEnd).toBe('The disk is gone.');
  });

  it('counts the lives that ended unasked, whenever that was, and tells of the last', () => {
    expect(log.unasked()).toEqual({ count: 0 });
    die(600);
    expect(log.unasked()).toEqual({ count: 0 });
    die(500);
    log.end('asked');
    die(400);
    log.end('hung', 'It did nothing for minutes.');
    die(300, 200);
    expect(log.unasked()).toEqual({
      count: 3,
      lastAt: new Date(NOW - 200 * MINUTE),
      lastWhy: 'It ended without a word: it crashed or was killed.',
    });
  });

  it('counts nothing of a clock that was wrong', () => {
    die(-10, -5, -1);
    expect(past().quietMs).toBe(0);
  });

  it('is no obstacle whatever its file holds, or when it can be neither read nor written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        writeFileSync(join(folder, START_LOG_FILE), text);
        expect(past().quietMs).toBe(0);
        expect(log.unasked().count).toBe(0);
        die(1);
        expect(past().deaths).toBe(1);
      }),
      { numRuns: 50 },
    );
    log = new StartLog(join(folder, 'nowhere'));
    die(3, 2, 1);
    log.end('asked');
    expect(past().quietMs).toBe(0);
  });

  it('stays small', () => {
    for (let index = 0; index < 100; index += 1) die(1);
    expect(readdirSync(folder)).toEqual([START_LOG_FILE]);
    expect(past().deaths).toBe(20);
  });
});
