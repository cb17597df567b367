import { sampleListedCampaign } from '../../testing/campaign-list-samples';
import { OpenedPage } from '../../testing/opened-page';
import { CampaignList } from './campaign-list';

describe('CampaignList', () => {
  const running = sampleListedCampaign(1);

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function opened(
    url = '/campaigns',
    role: 'operator' | 'viewer' = 'operator',
  ): Promise<OpenedPage> {
    return OpenedPage.open(CampaignList, 'campaigns', url, { role });
  }

  it('asks for what the address says, and shows how each campaign stands', async () => {
    const page = await opened('/campaigns?state=open&search=reset&playbook=sync-clock');
    const { request } = await page.answer('/campaigns', {
      items: [
        running,
        sampleListedCampaign(2, {
          state: 'paused',
          pauseReason: 'gate-failed',
          pauseMessage: 'Wave 2: 4 machines went wrong, 3 are allowed.',
        }),
      ],
      next: null,
      total: 2,
    });
    expect(request.params.toString()).toBe('state=open&search=reset&playbook=sync-clock&limit=50');
    for (const words of [
      'version 3, for 0x80070002 in download',
      '60 succeeded, 4 did not help, 1 went wrong, 50 open, 5 left out',
      'Wave 2 of 4',
      'Paused: gate failed Wave 2: 4 machines went wrong, 3 are allowed.',
      '2 campaigns',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('loads again when a campaign moves, and only then', async () => {
    const page = await opened();
    await page.answer('/campaigns', { items: [running], next: null, total: 1 });
    page.live.changed({ machines: [running.id] });
    await page.changesGathered();
    expect(page.asked('/campaigns')).toHaveLength(0);
    page.live.changed({ campaigns: [running.id] });
    await page.changesGathered();
    await page.answer('/campaigns', {
      items: [{ ...running, state: 'completed', wave: null }],
      next: null,
      total: 1,
    });
    expect(page.text).toContain('Completed');
    expect(page.text).toContain('4 waves');
  });

  it('clears the filters that nothing fits', async () => {
    const page = await opened('/campaigns?state=ended');
    await page.answer('/campaigns', { items: [], next: null, total: 0 });
    expect(page.text).toContain('No campaign matches');
    await page.press('Clear the filters');
    expect(page.url).toBe('/campaigns');
    await page.answer('/campaigns', { items: [], next: null, total: 0 });
    expect(page.text).toContain('No campaign yet');
  });

  it('offers a new campaign to those who may make one', async () => {
    expect((await opened()).text).toContain('New campaign…');
  });

  it('offers a viewer none', async () => {
    expect((await opened('/campaigns', 'viewer')).text).not.toContain('New campaign');
  });
});
