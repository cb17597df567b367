import { Component, inject } from '@angular/core';
import { FakeLive } from '../../testing/fake-live';
import { sampleMachine } from '../../testing/fleet-samples';
import { type RoutedPage, prepareRoutes } from '../../testing/routed-page';
import { LabelDialogs } from './label-dialogs';

const machine = sampleMachine(1, { site: 'Berlin', tags: ['lab', 'vip'] });

@Component({
  template: `<button (click)="many()">Many</button><button (click)="one()">One</button>
    <p>{{ changed }}</p>`,
})
class Opener {
  readonly #dialogs = inject(LabelDialogs);
  changed = '';

  async many(): Promise<void> {
    this.changed = String(
      await this.#dialogs.open({
        ...{ selection: { type: 'matching', filter: {}, except: [] } },
        ...{ machines: 1200, sites: ['Berlin'] },
      }),
    );
  }
  async one(): Promise<void> {
    this.changed = String(await this.#dialogs.openMachine(machine));
  }
}

const POST = 'POST /machines/labels';

describe('LabelDialogs', () => {
  let page: RoutedPage;

  beforeEach(async () => {
    page = await prepareRoutes([{ path: '**', component: Opener }], new FakeLive());
    await page.harness.navigateByUrl('/');
  });

  afterEach(() => {
    page.server.verify();
  });

  async function press(name: string): Promise<void> {
    page.overlay.press(name);
    await page.rest();
  }

  describe('for many machines', () => {
    beforeEach(async () => {
      page.screen.press('Many');
      await page.rest();
    });

    it('sends what was filled in, and nothing else', async () => {
      expect(page.overlay.text).toContain('Label 1,200 machines');
      page.overlay.type('Add tags', 'VIP, ring:1');
      await press('Label');
      const { body } = await page.server.answer(POST, { machines: 1200, changed: 1 });
      await page.rest();
      expect(body).toEqual({
        selection: { type: 'matching', filter: {}, except: [] },
        addTags: ['vip', 'ring:1'],
      });
      expect(page.overlay.text).toContain('1 machine labelled.');
      expect(page.overlay.hasButton('Label')).toBe(false);
    });

    it('sets a site, or takes it away', async () => {
      expect(page.overlay.hasField('Name of the site')).toBe(false);
      page.overlay.type('Site', 'set');
      await page.rest();
      await press('Label');
      expect(page.overlay.description('Name of the site')).toContain('Enter a name');
      page.overlay.type('Name of the site', ' Kiel ');
      await press('Label');
      const first = await page.server.answer(
        POST,
        { code: 'invalid-request', message: 'No.', problems: [] },
        400,
      );
      expect(first.body).toMatchObject({ site: 'Kiel' });
      await page.rest();
      expect(page.overlay.text).toContain('No.');
      page.overlay.type('Site', 'clear');
      await page.rest();
      await press('Label');
      const { body } = await page.server.answer(POST, { machines: 1200, changed: 0 });
      await page.rest();
      expect(body).toMatchObject({ site: null });
      expect(page.overlay.text).toContain('Nothing had to be changed.');
    });

    it('shows at its field what the server says of the tags', async () => {
      page.overlay.type('Add tags', 'x');
      await press('Label');
      const message = 'A machine can have 50 tags; PC-1 would have more.';
      const refused = {
        code: 'invalid-request',
        message,
        problems: [{ path: 'addTags', message }],
      };
      await page.server.answer(POST, refused, 400);
      await page.rest();
      expect(page.overlay.description('Add tags')).toContain('PC-1 would have more.');
    });
  });

  describe('for one machine', () => {
    beforeEach(async () => {
      page.screen.press('One');
      await page.server.answer('GET /machines/facets', {
        ...{ osFamilies: [], sites: [{ name: 'Kiel', machines: 1 }], tags: [], models: [] },
      });
      await page.rest();
    });

    it('sends the difference', async () => {
      expect(page.overlay.field('Tags').value).toBe('lab vip');
      page.overlay.type('Tags', 'vip, new');
      page.overlay.type('Site', '');
      await press('Save');
      const { body } = await page.server.answer(POST, { machines: 1, changed: 1 });
      await page.rest();
      expect(body).toEqual({
        selection: { type: 'machines', machineIds: [machine.id] },
        ...{ addTags: ['new'], removeTags: ['lab'], site: null },
      });
    });

    it('sends nothing where there is no difference', async () => {
      page.overlay.type('Tags', 'vip lab');
      await press('Save');
      expect(page.overlay.hasButton('Save')).toBe(false);
    });
  });
});
