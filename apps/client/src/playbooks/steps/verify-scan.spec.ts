import { type PastObservation } from '../../detection/detection-store';
import { decide } from './verify-scan';

const ID = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
const target = { code: '0x80070002', phase: 'download', updateId: ID, kb: 'KB5068861' };
const scanTarget = { code: '0x80070002', phase: 'scan' };

function seen(some: Partial<PastObservation>): PastObservation {
  return {
    outcome: 'success',
    phase: 'scan',
    code: undefined,
    kind: 'windows',
    updateId: undefined,
    kb: undefined,
    at: new Date(),
    ...some,
  };
}
const scanOk = seen({});
const scanFailed = (code: string) => seen({ outcome: 'failure', code });
const failed = (code: string, some: Partial<PastObservation> = {}) =>
  seen({ outcome: 'failure', phase: 'download', code, updateId: ID, ...some });
const installed = seen({ phase: 'install', updateId: ID });

describe('what the records after a reset prove', () => {
  it.each([
    ['nothing at all', [], target, undefined, undefined],
    ['a scan that ended well', [scanOk], target, undefined, 'scan-ok-not-installed'],
    ['the update installed', [scanOk, installed], target, 'fixed', 'fixed'],
    [
      'the KB installed under a new id',
      [scanOk, seen({ phase: 'install', updateId: ID.replace('6f', '7f'), kb: 'KB5068861' })],
      target,
      'fixed',
      'fixed',
    ],
    ['the same error', [scanOk, failed('0x80070002')], target, 'same-error', 'same-error'],
    ['another error of the update', [failed('0x80240022')], target, 'new-error', 'new-error'],
    [
      'the error, then the installation',
      [failed('0x80070002'), installed],
      target,
      'fixed',
      'fixed',
    ],
    [
      'another update installed',
      [seen({ phase: 'install', updateId: 'other' })],
      target,
      undefined,
      undefined,
    ],
    [
      'another update failing',
      [failed('0x80070002', { updateId: 'other' })],
      target,
      undefined,
      undefined,
    ],
    [
      'the update by its KB',
      [seen({ phase: 'install', kb: 'KB5068861' })],
      target,
      'fixed',
      'fixed',
    ],
    ['only a download', [seen({ phase: 'download', updateId: ID })], target, undefined, undefined],
    [
      'a store app failing',
      [failed('0x80073D02', { kind: 'store-app' })],
      undefined,
      undefined,
      undefined,
    ],
    ['a scan failing otherwise', [scanFailed('0x80072EE2')], target, undefined, 'new-error'],
    [
      'a scan failing, then working',
      [scanFailed('0x80072EE2'), scanOk],
      scanTarget,
      'fixed',
      'fixed',
    ],
    [
      'a scan failing as before',
      [scanFailed('0x80070002')],
      scanTarget,
      'same-error',
      'same-error',
    ],
    [
      'a scan, when nothing else was asked',
      [scanOk],
      undefined,
      'scan-ok-not-installed',
      'scan-ok-not-installed',
    ],
  ])('%s', (_, records, failure, atOnce, inTheEnd) => {
    expect(decide(records, failure)?.verdict).toBe(atOnce);
    expect(decide(records, failure, true)?.verdict).toBe(inTheEnd);
  });

  it('takes another error for a new one with its code', () => {
    expect(decide([failed('0x80240022')], target)).toMatchObject({ code: '0x80240022' });
  });

  it('counts an installation as more than a scan', () => {
    expect(decide([scanOk, installed], target)?.level).toBe('L2');
    expect(decide([scanOk], scanTarget)?.level).toBe('L1');
  });
});
