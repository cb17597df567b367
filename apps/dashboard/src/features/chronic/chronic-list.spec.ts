import type { ChronicMachine } from '@fleetmend/dashboard-api';
import { OpenedPage } from '../../testing/opened-page';
import { sampleId } from '../../testing/samples';
import { ChronicList } from './chronic-list';

const machine: ChronicMachine = {
  ...{ machineId: sampleId(1), hostname: 'PC-1', online: true, osName: null, openFailures: 2 },
  ...{ reasons: ['runs-did-not-help', 'failures-came-back'], unhelpful: 4, recurrences: 2 },
  days: 30,
  runs: [
    {
      ...{ id: sampleId(2), playbook: 'reset-software-distribution', verdict: 'recurred' },
      ...{ code: '0x80070002', endedAt: '2026-01-02T08:00:00Z' },
    },
  ],
  advice: 'Hand it over.',
};

describe('ChronicList', () => {
  it('says why each machine is chronic, by which runs, and what is left to do', async () => {
    const page = await OpenedPage.open(ChronicList, 'machines/chronic', '/machines/chronic');
    await page.answer('/machines/chronic', { items: [machine], next: null, total: 1 });
    for (const words of [
      'PC-1',
      '4 runs did not help and 2 mended failures came back within 30 days.',
      'Reset SoftwareDistribution',
      '0x80070002',
      'Hand it over.',
      'Download evidence',
    ]) {
      expect(page.text).toContain(words);
    }
  });

  it('says that there is none', async () => {
    const page = await OpenedPage.open(ChronicList, 'machines/chronic', '/machines/chronic');
    await page.answer('/machines/chronic', { items: [], next: null, total: 0 });
    expect(page.text).toContain('No chronic machines');
  });
});
