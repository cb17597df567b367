import {
  sampleCampaign,
  sampleMatrix,
  sampleMove,
  sampleTarget,
} from '../../testing/campaign-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { CampaignReport } from './campaign-report';

describe('CampaignReport', () => {
  const id = sampleId(6000);
  const path = `/campaigns/${id}`;
  const failed = sampleTarget(2, {
    verdict: 'same-error',
    code: '0x80070002',
    message: 'Still 0x80070002.',
  });

  async function opened(): Promise<OpenedPage> {
    const page = await OpenedPage.open(CampaignReport, 'campaigns/:id/report', `${path}/report`);
    await page.answer(
      path,
      sampleCampaign({
        state: 'completed-with-failures',
        excluded: [{ exclusion: 'retired', machines: 2, reason: 'Retired' }],
      }),
    );
    await page.answer(`${path}/matrix`, sampleMatrix());
    await page.answer(`${path}/feed`, { items: [sampleMove(1)], next: 'older' });
    await page.answer(`${path}/feed`, {
      items: [sampleMove(2, { wave: null, from: null, to: null, message: 'Made smaller.' })],
      next: null,
    });
    return page;
  }

  function section(page: OpenedPage, name: string): string {
    return textOf(page.element.querySelector(`[aria-labelledby="${name}"]`)!);
  }

  it('tells the whole story: plan, waves, outcomes, who needs attention, and every move', async () => {
    const page = await opened();
    const { request } = await page.answer(`${path}/targets`, { items: [failed], next: 'more' });
    expect(request.params.get('verdict')).toBe('same-error');
    await page.answer(`${path}/targets`, {
      items: [{ ...failed, machineId: sampleId(3003), hostname: 'PC-3' }],
      next: null,
    });
    await page.answer(`${path}/targets`, { items: [], next: null });

    expect(page.text).toContain('Completed with failures');
    expect(section(page, 'plan')).toContain('10 machines, 50 %, the rest');
    expect(section(page, 'waves')).toContain('Passed');
    expect(section(page, 'result')).toContain('not proven');
    expect(section(page, 'result')).toContain('Same error 0x80070002');
    expect(section(page, 'attention')).toContain('PC-2');
    expect(section(page, 'attention')).toContain('PC-3');
    expect(section(page, 'attention')).toContain('And 35 machines more');
    expect(section(page, 'left-out')).toContain('2 machines: Retired');
    expect(section(page, 'feed')).toContain('Made smaller.');
  });

  it('leads to the table of all machines', async () => {
    const page = await opened();
    await page.answer(`${path}/targets`, { items: [], next: null });
    await page.answer(`${path}/targets`, { items: [], next: null });
    const csv = [...page.element.querySelectorAll('a')].find((link) => textOf(link) === 'CSV');
    expect(csv?.getAttribute('href')).toBe(`/api/v1${path}/report.csv`);
  });
});
