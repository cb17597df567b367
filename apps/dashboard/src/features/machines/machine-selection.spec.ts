import { type WritableSignal, signal } from '@angular/core';
import * as fc from 'fast-check';
import { MachineSelection } from './machine-selection';

describe('MachineSelection', () => {
  let total: WritableSignal<number>;
  let selection: MachineSelection;

  beforeEach(() => {
    total = signal(3000);
    selection = new MachineSelection(total);
  });

  it('selects by hand and tells the server the ids', () => {
    selection.toggle('a');
    selection.toggle('b');
    selection.toggle('a');
    expect(selection.count()).toBe(1);
    expect(selection.toSelection({ failing: true })).toEqual({
      type: 'machines',
      machineIds: ['b'],
    });
  });

  it('selects all that match, loaded or not, without exceptions', () => {
    selection.selectMatching();
    expect(selection.count()).toBe(3000);
    expect(selection.isSelected('never loaded')).toBe(true);
    selection.toggle('a');
    expect(selection.isSelected('a')).toBe(false);
    expect(selection.count()).toBe(2999);
    expect(selection.toSelection({ search: 'PC' })).toEqual({
      type: 'matching',
      filter: { search: 'PC' },
      except: ['a'],
    });
  });

  it('follows the number that matches, since machines come and go', () => {
    selection.selectMatching();
    total.set(3001);
    expect(selection.count()).toBe(3001);
  });

  it('never counts below nothing', () => {
    total.set(1);
    selection.selectMatching();
    selection.set(['a', 'b'], false);
    expect(selection.count()).toBe(0);
    expect(selection.toSelection({})).toBeUndefined();
  });

  it('takes "all that match" back when the filter changes, and keeps what was selected by hand', () => {
    selection.toggle('a');
    selection.filterChanged();
    expect(selection.count()).toBe(1);
    selection.selectMatching();
    selection.filterChanged();
    expect(selection.count()).toBe(0);
  });

  it('knows how the rows that are shown stand', () => {
    expect(selection.pageState([])).toBe('none');
    selection.set(['a'], true);
    expect(selection.pageState(['a', 'b'])).toBe('some');
    expect(selection.pageState(['a'])).toBe('all');
    expect(selection.pageState(['b'])).toBe('none');
  });

  it('holds exactly what a set would hold, in whatever order things are pressed', () => {
    const fleet = ['a', 'b', 'c', 'd'];
    const action = fc.oneof(
      fc.record({ kind: fc.constant('toggle' as const), id: fc.constantFrom(...fleet) }),
      fc.record({
        kind: fc.constant('set' as const),
        ids: fc.subarray(fleet),
        selected: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('all' as const) }),
      fc.record({ kind: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const selected = new Set<string>();
        const tested = new MachineSelection(signal(fleet.length));
        for (const each of actions) {
          switch (each.kind) {
            case 'toggle':
              tested.toggle(each.id);
              if (!selected.delete(each.id)) selected.add(each.id);
              break;
            case 'set':
              tested.set(each.ids, each.selected);
              for (const id of each.ids) {
                if (each.selected) selected.add(id);
                else selected.delete(id);
              }
              break;
            case 'all':
              tested.selectMatching();
              for (const id of fleet) selected.add(id);
              break;
            case 'clear':
              tested.clear();
              selected.clear();
          }
          expect(tested.count()).toBe(selected.size);
          for (const id of fleet) expect(tested.isSelected(id)).toBe(selected.has(id));
        }
      }),
      { numRuns: 100 },
    );
  });
});
