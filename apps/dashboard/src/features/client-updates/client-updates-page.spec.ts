import type { MachineUpdate, Release } from '@fleetmend/dashboard-api';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleId } from '../../testing/samples';
import { ClientUpdatesPage } from './client-updates-page';

const release: Release = {
  id: sampleId(7001),
  version: '0.2.0',
  architecture: 'x64',
  sha256: 'ab'.repeat(32),
  size: 97_345_024,
  createdAt: '2026-01-01T08:00:00Z',
  minimumFromVersion: null,
  uploadedAt: '2026-01-01T09:00:00Z',
  uploadedBy: 'ada@example.org',
  state: 'paused',
  percentage: null,
  chosenMachines: 0,
  haltAfter: 3,
  haltReason: null,
  eligibleMachines: 200,
  machines: {
    ...{ offered: 0, downloading: 0, installing: 0, installed: 0, 'rolled-back': 0 },
    ...{ failed: 0, lost: 0 },
  },
  failures: 0,
};
const rolling: Release = {
  ...release,
  state: 'rolling',
  percentage: 5,
  machines: { ...release.machines, installed: 8, 'rolled-back': 1 },
  failures: 1,
};

describe('ClientUpdatesPage', () => {
  let live: FakeLive;
  let page: RoutedPage;

  beforeEach(async () => {
    live = new FakeLive();
    page = await prepareRoutes([{ path: '**', component: ClientUpdatesPage }], live);
    await page.harness.navigateByUrl('/');
  });
  afterEach(() => {
    page.server.verify();
  });

  async function listed(...items: Release[]): Promise<void> {
    await page.server.answer('GET /releases', { items });
    await page.rest();
  }
  async function opened(...items: Release[]): Promise<void> {
    await listed(...items);
    await page.server.answer('GET /releases/versions', {
      items: [
        { version: '0.2.0', machines: 1 },
        { version: '0.1.0', machines: 3 },
        { version: null, machines: 1 },
      ],
    });
    await page.rest();
  }

  it('says what runs in the fleet, and what to do when there is no release', async () => {
    await opened();
    expect(page.screen.text).toContain('0.1.0 60 % 3');
    expect(page.screen.text).toContain('Not known 20 % 1');
    expect(page.screen.text).toContain('No release yet');
  });

  it('says how a rollout goes, in words and numbers', async () => {
    await opened(rolling);
    for (const words of ['Offered to 5 % of the machines.', '8 Installed', '1 Taken back'])
      expect(page.screen.text).toContain(words);
    expect(page.screen.hasButton('Remove client 0.2.0')).toBe(false);
  });

  it('says why a release was halted', async () => {
    await opened({
      ...rolling,
      state: 'halted',
      haltReason: 'Halted by itself: 3 machines failed.',
    });
    expect(page.screen.text).toContain('Halted by itself: 3 machines failed.');
    expect(page.screen.hasButton('Pause the rollout of client 0.2.0')).toBe(false);
  });

  it('rolls out to a percentage, with the failures that halt it', async () => {
    await opened(release);
    page.screen.press('Roll out client 0.2.0');
    await page.rest();
    expect(page.overlay.text).toContain('About 10 of 200 machines');
    page.overlay.type('Halt after', '2');
    page.overlay.press('Roll out');
    const { body } = await page.server.answer(`PUT /releases/${release.id}/rollout`, rolling);
    expect(body).toEqual({ to: 'percentage', percentage: 5, haltAfter: 2 });
    await listed(rolling);
    expect(page.screen.text).toContain('Rolling out');
  });

  it.each(['0', '-1', '1.5', 'two', '1001'])('refuses %s as a number of failures', async (text) => {
    await opened(release);
    page.screen.press('Roll out client 0.2.0');
    await page.rest();
    page.overlay.type('Halt after', text);
    page.overlay.press('Roll out');
    await page.rest();
    expect(page.overlay.description('Halt after')).toContain('whole number');
  });

  it('pauses at once, and asks before it halts', async () => {
    await opened(rolling);
    page.screen.press('Pause the rollout of client 0.2.0');
    await page.rest();
    const { body } = await page.server.answer(`PUT /releases/${release.id}/rollout`, release);
    expect(body).toEqual({ to: 'nobody' });
    await listed(rolling);
    page.screen.press('Halt the rollout of client 0.2.0');
    await page.rest();
    page.overlay.press('Cancel');
    await page.rest();
    page.server.verify();
  });

  it('shows machines that failed, with the reason', async () => {
    await opened(rolling);
    page.screen.press('Show machines of client 0.2.0');
    await page.rest();
    const machine: MachineUpdate = {
      ...{ machineId: sampleId(1), hostname: 'PC-7', online: true, releaseId: release.id },
      ...{ version: '0.2.0', fromVersion: '0.1.0', state: 'rolled-back', reason: 'crashes' },
      message: 'Version 0.2.0 was taken back: it ended 3 times.',
      changedAt: '2026-01-02T08:00:00Z',
    };
    await page.server.answer(`GET /releases/${release.id}/machines`, {
      items: [machine],
      next: null,
    });
    await page.rest();
    expect(page.screen.text).toContain('PC-7 Taken back 0.1.0 Version 0.2.0 was taken back');
  });

  it('follows what others do', async () => {
    await opened(release);
    live.reconnected();
    await listed({ ...release, state: 'halted', haltReason: 'Halted by bob@example.org.' });
    await page.server.answer('GET /releases/versions', { items: [] });
    await page.rest();
    expect(page.screen.text).toContain('Halted by bob@example.org.');
  });
});
