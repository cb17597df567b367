import { join } from 'node:path';
import { type DetectionSource, type Phase, type UpdateKind } from '@fleetmend/domain';
import fc from 'fast-check';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { type Observation } from './observation';
import { OccurrenceLedger } from './occurrence-ledger';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const BEGIN = Date.parse('2026-11-01T08:00:00.000Z');
const ID = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
const KB = 'KB5068861';

type Record = Observation & { readonly code: string; readonly updateKind: UpdateKind };

function record(source: DetectionSource, minutes: number, some: Partial<Record> = {}): Record {
  return {
    source,
    outcome: 'failure',
    code: '0x80070002',
    phase: 'install',
    update: { id: ID, kb: KB },
    updateKind: 'windows',
    updateSource: 'unknown',
    at: new Date(BEGIN + minutes * MINUTE),
    record: source,
    ...some,
  };
}

describe('the ledger of occurrences', () => {
  let state: State;
  let ledger: OccurrenceLedger;

  beforeAll(() => {
    state = openState(join(temporaryFolder(), 'data'), silentLog);
    state.run('PRAGMA synchronous = OFF');
    ledger = new OccurrenceLedger(state);
  });
  afterEach(() => {
    state.run('DELETE FROM occurrences');
  });
  afterAll(() => {
    state.close();
    removeTemporaryFolders();
  });

  const reported = (...records: readonly Record[]) =>
    state.transaction(() => records.filter((one) => ledger.note(one)).length);

  it('counts what every source tells as one', () => {
    const sources = ['event-log', 'reporting-events', 'windows-update-log'] as const;
    const exact = sources.map((source, index) => record(source, index * 3));
    const history = record('update-history', 1);
    const servicing = record('servicing', -10, { code: '0x800F081F', update: { kb: KB } });
    const cbs = record('cbs-log', -11, { code: '0x80070003', update: { kb: KB } });
    expect(reported(...exact, history, servicing, cbs)).toBe(1);
    state.run('DELETE FROM occurrences');
    expect(reported(cbs, servicing, history, ...exact)).toBe(1);
  });

  it.each<[string, Partial<Record>]>([
    ['another code', { code: '0x80070003' }],
    ['another phase', { phase: 'download' }],
    ['another update', { update: { id: ID.replace('6f', '7f'), kb: 'KB5000000' } }],
    ['no update', { update: {}, phase: 'scan' }],
    ['another time', { at: new Date(BEGIN + 11 * MINUTE) }],
  ])('tells apart %s', (_, some) => {
    expect(reported(record('event-log', 0), record('reporting-events', 0, some))).toBe(2);
  });

  it.each<[Phase, number]>([
    ['reboot', 1],
    ['unknown', 1],
    ['scan', 2],
  ])('takes phase %s beside install as %i', (phase, expected) => {
    expect(
      reported(
        record('event-log', 0),
        record('reporting-events', 1, { phase, code: '0x80070002' }),
      ),
    ).toBe(expected);
  });

  it('lets the history tell of a failed download, before or after the others', () => {
    const download = record('event-log', 0, { phase: 'download' });
    expect(reported(download, record('update-history', 2))).toBe(1);
    state.run('DELETE FROM occurrences');
    expect(reported(record('update-history', 2), download)).toBe(1);
  });

  it('does not take a failed download for what servicing could not install', () => {
    const servicing = record('servicing', 30, { code: '0x800F081F', update: { kb: KB } });
    expect(reported(record('event-log', 0, { phase: 'download' }), servicing)).toBe(2);
  });

  it('ties a feature update to what set-up wrote within the day, whatever its code', () => {
    const feature: Partial<Record> = { updateKind: 'feature', update: { id: ID } };
    const setup = record('setup-results', 0, { ...feature, update: {}, code: '0xC1900101' });
    const update = record('event-log', 600, { ...feature, code: '0x8024200B' });
    expect(reported(setup, update)).toBe(1);
    state.run('DELETE FROM occurrences');
    expect(reported(update, setup)).toBe(1);
  });

  it('tells two updates of the same KB apart, also when servicing told of it first', () => {
    const servicing = record('servicing', 0, { update: { kb: KB } });
    const other = record('event-log', 2, { update: { id: ID.replace('6f', '7f'), kb: KB } });
    expect(reported(servicing, record('event-log', 1), other)).toBe(2);
  });

  it('takes three failures in quick succession for three, in whatever order they come', () => {
    const times = [0, 9, 18];
    const records = times.flatMap((minutes) => [
      record('event-log', minutes),
      record('reporting-events', minutes),
      record('update-history', minutes),
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (shuffled) => {
        state.run('DELETE FROM occurrences');
        expect(reported(...shuffled)).toBe(3);
      }),
    );
  });

  /** By so many minutes a source may be late, or early. */
  const LARGEST_SKEW = 3;

  /** What happened on a machine: some updates failed, some of them again after a while. */
  const occurrences = fc.array(
    fc.record({
      update: fc.nat(2),
      code: fc.constantFrom('0x80070002', '0x800F081F', '0x80070643'),
      phase: fc.constantFrom<Phase>('download', 'install', 'reboot'),
      /** Minutes between this and the one before it. */
      gap: fc.integer({ min: 2, max: 3 * 24 * 60 }),
      skew: fc.array(fc.nat(LARGEST_SKEW), { minLength: 6, maxLength: 6 }),
      /** Which sources beside the event log see it. */
      seen: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  type Happened = typeof occurrences extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

  function recordsOf(happened: readonly Happened[]): Record[] {
    let minutes = 0;
    const last = new Map<string, number>();
    return happened.flatMap(({ update, code, phase, gap, skew, seen }) => {
      // Within a minute a source tells the same thing in several records: such two nobody can tell apart.
      const meaning = `${update} ${code} ${phase === 'download' ? phase : 'install'}`;
      minutes = Math.max(minutes + gap, (last.get(meaning) ?? -Infinity) + LARGEST_SKEW + 2);
      last.set(meaning, minutes);
      const at = minutes;
      const kb = `KB500000${update}`;
      const named = { code, phase, update: { id: ID.replace('6f', `${update}f`), kb } };
      const deeper = { code: '0x800F0922', update: { kb } };
      const others: Record[] = [
        record('reporting-events', at + skew[1]!, named),
        record('windows-update-log', at + skew[2]!, named),
        record('update-history', at + skew[3]!, { ...named, phase: 'install' }),
        ...(phase === 'download'
          ? []
          : [record('servicing', at - skew[4]!, deeper), record('cbs-log', at - skew[5]!, deeper)]),
      ];
      return [
        record('event-log', at + skew[0]!, named),
        ...others.filter((_, index) => seen[index]),
      ];
    });
  }

  it('gives one report for each occurrence, whatever order, repetition and sources there are', () => {
    const stories = occurrences.chain((happened) => {
      const records = recordsOf(happened);
      return fc.record({
        count: fc.constant(happened.length),
        order: fc.shuffledSubarray(records, { minLength: records.length }),
        again: fc.array(fc.constantFrom(...records), { maxLength: 10 }),
      });
    });
    fc.assert(
      fc.property(stories, ({ count, order, again }) => {
        state.run('DELETE FROM occurrences');
        expect(reported(...order, ...again, ...order)).toBe(count);
      }),
      { numRuns: 300 },
    );
  });

  it('looks at no more than the days around a record', () => {
    const daily = Array.from({ length: 40 }, (_, day) =>
      record('event-log', (day * DAY) / MINUTE, { updateKind: 'feature' }),
    );
    expect(reported(...daily)).toBe(40);
    expect(reported(...daily)).toBe(0);
  });
});
