import { FakeLive } from '../../testing/fake-live';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { sampleCreatedToken, sampleToken } from '../../testing/samples';
import { EnrolmentTokenList } from './enrolment-token-list';

const LIST = 'GET /enrolment-tokens';

describe('EnrolmentTokenList', () => {
  let live: FakeLive;
  let page: RoutedPage;

  beforeEach(async () => {
    live = new FakeLive();
    page = await prepareRoutes([{ path: '**', component: EnrolmentTokenList }], live);
    await page.harness.navigateByUrl('/');
  });

  afterEach(() => {
    page.server.verify();
  });

  async function listed(...tokens: ReturnType<typeof sampleToken>[]): Promise<void> {
    await page.server.answer(LIST, { items: tokens });
    await page.rest();
  }

  it('says how each token stands, and offers to revoke only what still works', async () => {
    await listed(
      sampleToken(),
      sampleToken({
        id: sampleToken().id.replace('14', '15'),
        label: 'Old',
        state: 'expired',
        maximumUses: null,
      }),
    );
    expect(page.screen.text).toContain('Office Active 3 of 10');
    expect(page.screen.text).toContain('Old Expired 3, no limit');
    expect(page.screen.hasButton('Revoke Office')).toBe(true);
    expect(page.screen.hasButton('Revoke Old')).toBe(false);
  });

  it('says what to do when there is none', async () => {
    await listed();
    expect(page.screen.text).toContain('No machine can join yet');
  });

  it('says that it could not be loaded, and tries again', async () => {
    await page.server.answer(LIST, { code: 'internal-error', message: 'Something broke.' }, 500);
    await page.rest();
    expect(page.screen.text).toContain('Something broke.');
    page.screen.press('Try again');
    await listed(sampleToken());
    expect(page.screen.text).toContain('Office');
  });

  it('shows a token that somebody else made', async () => {
    await listed();
    live.reconnected();
    await listed(sampleToken({ label: 'Theirs' }));
    expect(page.screen.text).toContain('Theirs');
  });

  it('shows the secret of a new token once, and only its own button closes it', async () => {
    await listed();
    page.screen.press('New token');
    await page.rest();
    page.overlay.type('Label', ' Office ');
    page.overlay.type('Machines that may join with it', '10');
    page.overlay.press('Make token');
    const { body } = await page.server.answer('POST /enrolment-tokens', sampleCreatedToken(), 201);
    await listed(sampleToken());
    expect(body).toEqual({ label: 'Office', expiresInHours: 168, maximumUses: 10 });
    expect(page.overlay.text).toContain(sampleCreatedToken().installCommand);
    document.querySelector<HTMLElement>('.cdk-overlay-backdrop')?.click();
    await page.rest();
    expect(page.overlay.text).toContain('fm-secret-1');
    page.overlay.press('Done');
    await page.rest();
    expect(page.screen.text).not.toContain('fm-secret-1');
  });

  it('makes a token that puts machines at a site and tags them, and shows both', async () => {
    await listed(sampleToken({ site: 'Berlin', tags: ['office', 'new'] }));
    expect(page.screen.text).toContain('Office Berlin office new Active');
    page.screen.press('New token');
    await page.rest();
    page.overlay.type('Label', 'Office');
    page.overlay.type('Site', ' Berlin ');
    page.overlay.type('Tags', 'not/a-tag');
    page.overlay.press('Make token');
    await page.rest();
    expect(page.overlay.description('Tags')).toContain('Up to 50 tags');
    page.overlay.type('Tags', 'Office, new');
    page.overlay.press('Make token');
    const { body } = await page.server.answer('POST /enrolment-tokens', sampleCreatedToken(), 201);
    await listed(sampleToken());
    expect(body).toMatchObject({ site: 'Berlin', tags: ['office', 'new'] });
  });

  it.each(['0', '-1', '1.5', 'ten', '1000001'])(
    'refuses %s as a number of machines',
    async (text) => {
      await listed();
      page.screen.press('New token');
      await page.rest();
      page.overlay.type('Label', 'Office');
      page.overlay.type('Machines that may join with it', text);
      page.overlay.press('Make token');
      await page.rest();
      expect(page.overlay.description('Machines that may join with it')).toContain('whole number');
    },
  );

  it('asks before it revokes, and does nothing on a no', async () => {
    await listed(sampleToken());
    page.screen.press('Revoke Office');
    await page.rest();
    page.overlay.press('Cancel');
    await page.rest();
    page.server.verify();
    page.screen.press('Revoke Office');
    await page.rest();
    page.overlay.press('Revoke');
    await page.rest();
    await page.server.answer(`DELETE /enrolment-tokens/${sampleToken().id}`, null, 204);
    await listed(sampleToken({ state: 'revoked' }));
    expect(page.screen.text).toContain('Office Revoked');
  });
});
