import { sampleCampaignSettings } from '../../testing/campaign-list-samples';
import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { CampaignSettingsPage } from './campaign-settings-page';

const APPROVAL = 'Second person from so many machines on';
const FLEET = 'Runs at once in the whole fleet';
const SITE = 'Part of a site that is worked on at once, in percent';

describe('CampaignSettingsPage', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes([{ path: '**', component: CampaignSettingsPage }], new FakeLive());
    await page.harness.navigateByUrl('/');
    await page.server.answer('GET /campaign-settings', sampleCampaignSettings());
    await page.rest();
  });

  it('shows the settings, and saves what was changed; nothing is no limit', async () => {
    expect(page.screen.field(APPROVAL).value).toBe('50');
    expect(page.screen.field(SITE).value).toBe('');
    page.screen.type(APPROVAL, '');
    page.screen.type(SITE, '20');
    page.screen.press('Save');
    const saved = sampleCampaignSettings({ approvalFromMachines: null, sitePercent: 20 });
    const { body } = await page.server.answer('PUT /campaign-settings', saved);
    expect(body).toEqual(saved);
    await page.rest();
    expect(page.overlay.text).toContain('The settings of campaigns are saved.');
  });

  it('says at the field what is wrong, and sends nothing', async () => {
    page.screen.type(FLEET, '0');
    page.screen.press('Save');
    await page.rest();
    expect(page.screen.description(FLEET)).toContain('Enter a whole number from 1 to 100,000.');
    page.server.verify();
  });
});
