import fc from 'fast-check';
import {
  type LedgerEntry,
  type LedgerFailure,
  type LedgerSuccess,
  MachineLedger,
} from './machine-ledger';

const KB = { kb: 'KB5034441' };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const failed = (minute: number): LedgerFailure => ({
  ...{ fingerprintId: 'f', phase: 'download', update: KB, at: at(minute) },
});
const worked = (minute: number, phase: LedgerSuccess['phase'] = 'install'): LedgerSuccess => ({
  ...{ phase, update: KB, at: at(minute) },
});

type Told = { readonly failed: number } | { readonly worked: number };

function tell(ledger: MachineLedger, told: readonly Told[]): void {
  for (const each of told) {
    if ('failed' in each) ledger.fail(failed(each.failed));
    else ledger.succeed(worked(each.worked));
  }
}

const anyTold = fc.array(
  fc.oneof(fc.record({ failed: fc.nat({ max: 30 }) }), fc.record({ worked: fc.nat({ max: 30 }) })),
  { minLength: 1, maxLength: 12 },
);

describe('MachineLedger', () => {
  it('stands as the newest failure and the successes say, in whatever order they are told', () => {
    fc.assert(
      fc.property(anyTold, (told) => {
        const ledger = new MachineLedger([], []);
        tell(ledger, told);
        const failures = told.flatMap((each) => ('failed' in each ? each.failed : []));
        const newest = Math.max(...failures);
        const isClosed = told.some((each) => 'worked' in each && each.worked > newest);
        const [entry] = ledger.changed;
        if (failures.length === 0) {
          expect(entry).toBeUndefined();
        } else {
          expect(entry).toMatchObject({
            ...{ state: isClosed ? 'closed' : 'open', occurrences: failures.length },
            ...{ firstSeenAt: at(Math.min(...failures)), lastSeenAt: at(newest) },
          });
        }
      }),
    );
  });

  it('comes to the same whether told at once or in two parts', () => {
    fc.assert(
      fc.property(anyTold, fc.nat({ max: 12 }), (told, cut) => {
        const whole = new MachineLedger([], []);
        tell(whole, told);
        const first = new MachineLedger([], []);
        tell(first, told.slice(0, cut));
        const known = told
          .slice(0, cut)
          .flatMap((each) => ('worked' in each ? worked(each.worked) : []));
        const second = new MachineLedger(first.changed, known);
        tell(second, told.slice(cut));
        const entry = second.changed[0] ?? first.changed[0];
        expect(entry?.state).toBe(whole.changed[0]?.state);
        expect(entry?.occurrences).toBe(whole.changed[0]?.occurrences);
      }),
    );
  });

  it('says what changed, for those who wait for proof', () => {
    const open: LedgerEntry = {
      ...{ fingerprintId: 'f', phase: 'download', state: 'open', occurrences: 1, closedAt: null },
      ...{ firstSeenAt: at(1), lastSeenAt: at(1), update: KB },
    };
    const ledger = new MachineLedger([open], []);
    ledger.succeed(worked(0));
    ledger.succeed(worked(2, 'download'));
    ledger.fail(failed(3));
    ledger.fail(failed(2));
    expect(ledger.changes).toEqual([
      { change: 'closed', fingerprintId: 'f', phase: 'download', at: at(2) },
      { change: 'failed', fingerprintId: 'f', at: at(3) },
    ]);
  });
});
