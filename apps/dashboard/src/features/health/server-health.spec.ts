import { type Health } from '@fleetmend/dashboard-api';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { ServerHealth } from './server-health';

const healthy: Health = {
  status: 'ok',
  version: '1.2.3',
  startedAt: '2026-01-01T08:00:00Z',
  database: 'ok',
  connectedMachines: 1234,
  jobs: [{ id: 'runs.expire', lastRunAt: null, lastResult: null }],
};

describe('ServerHealth', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes([{ path: '**', component: ServerHealth }], new FakeLive());
    await page.harness.navigateByUrl('/');
  });

  it('says how a healthy server is', async () => {
    await page.server.answer('GET /health', healthy);
    await page.rest();
    expect(page.screen.text).toContain('Healthy Version 1.2.3');
    expect(page.screen.text).toContain('Connected machines 1,234');
    expect(page.screen.text).toContain('runs.expire never Not yet');
  });

  it('says what is wrong with a failing one, though that is an error in HTTP', async () => {
    const failing: Health = { ...healthy, status: 'failing', database: 'unreachable' };
    await page.server.answer('GET /health', failing, 503);
    await page.rest();
    expect(page.screen.text).toContain('Failing');
    expect(page.screen.text).toContain('Database Does not answer');
  });

  it('says that a proxy answered instead', async () => {
    await page.server.answer('GET /health', { html: true }, 502);
    await page.rest();
    expect(page.screen.text).toContain('The server answered with 502.');
  });
});
