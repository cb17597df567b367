import { type AuditEntry } from '@fleetmend/dashboard-api';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleEntry } from '../../testing/samples';
import { AuditLog } from './audit-log';

describe('AuditLog', () => {
  let live: FakeLive;
  let page: RoutedPage;

  beforeEach(async () => {
    live = new FakeLive();
    page = await prepareRoutes([{ path: '**', component: AuditLog }], live);
    await page.harness.navigateByUrl('/');
  });

  afterEach(() => {
    page.server.verify();
  });

  async function listed(items: readonly AuditEntry[], next: string | null = null): Promise<string> {
    const { url } = await page.server.answer('GET /audit', { items, next });
    await page.rest();
    return url;
  }

  it('has a heading for each cell', async () => {
    await listed([sampleEntry(1)]);
    const table = (page.harness.fixture.nativeElement as HTMLElement).querySelector('table')!;
    expect(table.rows[0]!.cells.length).toBe(table.rows[1]!.cells.length);
  });

  it('goes on where the page ended', async () => {
    await listed([sampleEntry(1)], 'here');
    page.screen.press('Show more');
    expect(await listed([sampleEntry(2)])).toBe('/api/v1/audit?cursor=here&limit=50');
    expect(page.screen.text).toContain('Entry 1');
    expect(page.screen.text).toContain('Entry 2');
    expect(page.screen.hasButton('Show more')).toBe(false);
  });

  it('asks with the filter once the person pauses, and can clear it', async () => {
    await listed([sampleEntry(1)]);
    page.screen.type('Who', 'grace');
    page.screen.type('Who', 'grace@example.org ');
    await new Promise((resolve) => setTimeout(resolve, 320));
    expect(await listed([])).toBe('/api/v1/audit?actor=grace@example.org&limit=50');
    expect(page.screen.text).toContain('Nothing matches');
    page.screen.press('Clear the filter');
    expect(await listed([sampleEntry(1)])).toBe('/api/v1/audit?limit=50');
    expect(page.screen.field('Who').value).toBe('');
  });

  it('shows each field before and after, and keeps it open through a reload', async () => {
    await listed([sampleEntry(1)]);
    page.screen.press('Details of: Entry 1');
    await page.rest();
    expect(page.screen.text).toContain('role viewer operator');
    live.reconnected();
    await listed([sampleEntry(0), sampleEntry(1)]);
    expect(page.screen.text).toContain('Entry 0');
    expect(page.screen.text).toContain('role viewer operator');
  });
});
