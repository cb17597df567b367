import { TestBed } from '@angular/core/testing';
import type { HoldCurve } from '@fleetmend/dashboard-api';
import { textOf } from '../../testing/opened-page';
import { HoldChart } from './hold-chart';

const point = (day: number, share: number) => ({
  ...{ day, share, low: share - 0.05, high: Math.min(1, share + 0.03), atRisk: 100 - day },
});

async function shown(part: Partial<HoldCurve>): Promise<HTMLElement> {
  const chart = TestBed.createComponent(HoldChart);
  chart.componentRef.setInput('curve', {
    ...{ fixed: 120, cameBack: 8, watchDays: 14, method: 'Kaplan–Meier.' },
    points: [point(0, 1), point(1, 0.98), point(14, 0.93)],
    ...part,
  } satisfies HoldCurve);
  await chart.whenStable();
  return chart.nativeElement as HTMLElement;
}

describe('HoldChart', () => {
  it('says in a sentence what the curve shows, and gives every day as a table', async () => {
    const element = await shown({});
    expect(textOf(element)).toContain(
      'Of 120 mended failures 93 % still hold after 14 days (88–96 %).',
    );
    expect([...element.querySelectorAll('tbody tr')].map(textOf)).toEqual([
      '0 100 % 95–100 % 100',
      '1 98 % 93–100 % 99',
      '14 93 % 88–96 % 86',
    ]);
  });

  it('draws nothing before a day is over', async () => {
    const element = await shown({ points: [point(0, 1)] });
    expect(element.querySelector('svg')).toBeNull();
    expect(textOf(element)).toContain('none was watched for a whole day yet');
  });
});
