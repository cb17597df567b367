import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type MachineFilter, type SavedFilter } from '@fleetmend/dashboard-api';
import { SessionState } from '../../api/session-state';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleId, sampleSession } from '../../testing/samples';
import { SavedFiltersMenu } from './saved-filters-menu';

const LIST = 'GET /saved-filters';

function view(n: number, part: Partial<SavedFilter> = {}): SavedFilter {
  return {
    id: sampleId(6000 + n),
    name: `View ${n}`,
    filter: { failing: true, tag: ['vip'] },
    shared: false,
    owner: 'ada@example.org',
    canChange: true,
    createdAt: '2026-01-01T08:00:00Z',
    updatedAt: '2026-01-01T08:00:00Z',
    ...part,
  };
}

const filter = signal<MachineFilter>({});
const applied = jest.fn();

@Component({
  imports: [SavedFiltersMenu],
  template: `<fm-saved-filters-menu [filter]="filter()" (applied)="applied($event)" />`,
})
class Opener {
  readonly filter = filter;
  readonly applied = applied;
}

describe('SavedFiltersMenu', () => {
  let live: FakeLive;
  let page: RoutedPage;

  async function opened(
    now: MachineFilter,
    views: SavedFilter[],
    role: 'viewer' | 'operator' = 'operator',
  ): Promise<void> {
    filter.set(now);
    applied.mockReset();
    live = new FakeLive();
    page = await prepareRoutes([{ path: '**', component: Opener }], live);
    TestBed.inject(SessionState).set(sampleSession({ role }));
    await page.harness.navigateByUrl('/');
    await page.server.answer(LIST, { items: views });
    await page.rest();
    await open();
  }

  async function open(): Promise<void> {
    page.harness.routeNativeElement?.querySelector('button')?.click();
    await page.rest();
  }

  /** The item of the menu that has these words. */
  function item(words: string): HTMLButtonElement {
    const items = document.querySelectorAll<HTMLButtonElement>('.mat-mdc-menu-item');
    const found = [...items].find((each) => each.textContent.includes(words));
    if (found === undefined) throw new Error(`There is no item "${words}".`);
    return found;
  }

  async function choose(words: string): Promise<void> {
    item(words).click();
    await page.rest();
  }

  afterEach(() => {
    page.server.verify();
  });

  it('applies a view: its conditions, and none of the others', async () => {
    await opened({ online: true }, [view(1), view(2, { shared: true, canChange: false })]);
    expect(page.overlay.text).toContain('View 2 shared by ada@example.org');
    await choose('View 1');
    expect(applied).toHaveBeenCalledWith(
      expect.objectContaining({ failing: 'true', tag: 'vip', online: null, search: null }),
    );
  });

  it('shows which view is applied, in whatever order its conditions are', async () => {
    await opened({ tag: ['vip'], failing: true }, [view(1)]);
    expect(page.screen.text).toContain('View 1');
    expect(item('View 1').getAttribute('aria-checked')).toBe('true');
    expect(page.overlay.text).not.toContain('Save these filters');
  });

  it('saves the filters as they are, and says that a name is taken', async () => {
    await opened({ site: 'Berlin' }, []);
    expect(page.overlay.text).toContain('No view is saved yet.');
    await choose('Save these filters…');
    page.overlay.type('Name', ' Berlin ');
    page.overlay.type('Who sees it', 'true');
    page.overlay.press('Save');
    const message = 'There is a saved filter "Berlin" already.';
    await page.server.answer('POST /saved-filters', { code: 'name-taken', message }, 409);
    await page.rest();
    expect(page.overlay.description('Name')).toContain('already');
    page.overlay.type('Name', 'Berlin 2');
    page.overlay.press('Save');
    const { body } = await page.server.answer('POST /saved-filters', view(3), 201);
    await page.server.answer(LIST, { items: [view(3)] });
    expect(body).toEqual({ name: 'Berlin 2', shared: true, filter: { site: 'Berlin' } });
  });

  it('saves no view of everything', async () => {
    await opened({}, []);
    expect(item('Save these filters…').disabled).toBe(true);
  });

  it('renames and deletes the one that is applied', async () => {
    await opened(view(1).filter, [view(1)]);
    await choose('Rename or share');
    page.overlay.type('Name', 'Renamed');
    page.overlay.press('Save');
    const put = `PUT /saved-filters/${view(1).id}`;
    const { body } = await page.server.answer(put, view(1, { name: 'Renamed' }));
    expect(body).toEqual({ name: 'Renamed', shared: false, filter: view(1).filter });
    await page.server.answer(LIST, { items: [view(1, { name: 'Renamed' })] });
    await page.rest();
    await open();
    await choose('Delete “Renamed”');
    page.overlay.press('Delete');
    await page.rest();
    await page.server.answer(`DELETE /saved-filters/${view(1).id}`, null, 204);
    await page.server.answer(LIST, { items: [] });
    await page.rest();
    expect(page.screen.text).toContain('Saved views');
  });

  it('offers nothing that would be refused', async () => {
    await opened(view(1).filter, [view(1, { shared: true, canChange: false })]);
    expect(page.overlay.text).not.toMatch(/Rename|Delete|Save/);
  });

  it('lets a viewer apply views, not save them', async () => {
    await opened({ failing: false }, [view(1, { shared: true, canChange: false })], 'viewer');
    expect(page.overlay.text).toContain('View 1');
    expect(page.overlay.text).not.toContain('Save');
  });

  it('shows what somebody else has shared meanwhile', async () => {
    await opened({}, []);
    live.reconnected();
    await page.server.answer(LIST, { items: [view(9, { shared: true })] });
    await page.rest();
    expect(page.overlay.text).toContain('View 9');
  });
});
