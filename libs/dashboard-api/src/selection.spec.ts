import { selectionSchema } from './selection';

const id = '0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11';

describe('a selection', () => {
  it.each<[string, object, boolean]>([
    ['of one machine', { type: 'machines', machineIds: [id] }, true],
    ['of as many as may be', { type: 'machines', machineIds: Array(10_000).fill(id) }, true],
    ['of one more', { type: 'machines', machineIds: Array(10_001).fill(id) }, false],
    ['of none', { type: 'machines', machineIds: [] }, false],
    ['of something else', { type: 'machines', machineIds: ['all'] }, false],
    ['of all that match', { type: 'matching', filter: {} }, true],
    ['without some', { type: 'matching', filter: { failing: true }, except: [id] }, true],
    ['without too many', { type: 'matching', filter: {}, except: Array(10_001).fill(id) }, false],
    // A missing filter must not come to mean the whole fleet.
    ['of all that match nothing said', { type: 'matching' }, false],
    // Left out, it would mean more machines than were meant.
    ['by a condition that is none', { type: 'matching', filter: { sites: 'Berlin' } }, false],
    ['by a filter in words', { type: 'matching', filter: { online: 'true' } }, false],
    ['by an unknown code', { type: 'matching', filter: { code: 'x'.repeat(41) } }, false],
    ['of no type', { machineIds: [id] }, false],
    ['of an unknown type', { type: 'everything' }, false],
  ])('%s', (_, selection, taken) => {
    expect(selectionSchema.safeParse(selection).success).toBe(taken);
  });

  it('is of all that match, without exceptions, where none are given', () => {
    const selection = { type: 'matching', filter: { search: ' lab ' } };
    expect(selectionSchema.parse(selection)).toEqual({
      ...selection,
      filter: { search: 'lab' },
      except: [],
    });
  });
});
