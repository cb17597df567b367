import { OpenedPage, textOf } from '../../testing/opened-page';
import { samplePolicy } from '../../testing/policy-samples';
import { PolicyList } from './policy-list';

describe('PolicyList', () => {
  async function opened(role: 'administrator' | 'viewer' = 'administrator') {
    const page = await OpenedPage.open(PolicyList, 'policies', '/policies', { role });
    await page.answer('/policies', {
      items: [
        samplePolicy(1, {
          ...{ state: 'off', stateReason: '3 of its last 5 runs ended with a hard error.' },
          ...{ begunToday: 5, verdicts: { fixed: 2, 'step-failed': 3 } },
        }),
        samplePolicy(2, { state: 'rehearsing', rehearsed: 12 }),
      ],
    });
    return page;
  }

  function fill(label: string, value: string): void {
    const found = [...document.querySelectorAll('mat-dialog-container label')].find(
      (each) => textOf(each) === label,
    );
    const field = document.getElementById((found as HTMLLabelElement).htmlFor) as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input'));
  }

  it('says how each stands, and why', async () => {
    const page = await opened();
    expect(page.text).toMatch(
      /Policy 1.*Off 3 of its last 5 runs.*5 of 10.*3 Step failed, 2 Fixed/,
    );
    expect(page.text).toMatch(/Policy 2.*Rehearsing.*Would have begun with 12/);
  });

  it('makes a policy of what the form says, with codes in any spelling', async () => {
    const page = await opened();
    await page.press('New policy…');
    await page.answer('/playbooks', { items: [] });
    fill('Name', 'Mend it');
    fill('Code', '-2147024893');
    fill('Site', 'Lab');
    fill('Tags', 'ring:1, Office');
    fill('Machines a day', '7');
    fill('Hours', 'Every night 22:00–05:00');
    await page.rest();
    fill('Time zone', 'UTC');
    await page.press('Make policy');
    const { request } = await page.answer('/policies', samplePolicy(3));
    expect(request.body).toMatchObject({
      name: 'Mend it',
      match: { type: 'code', code: '0x80070003', phase: null },
      machines: { site: 'Lab', tag: ['ring:1', 'office'] },
      ...{ playbook: 'reset-software-distribution', parameters: {} },
      ...{ dailyLimit: 7, concurrency: 5, coolDownDays: 7, maximumAgeDays: 14 },
      windows: [{ cron: '0 22 * * *', durationMinutes: 420, timeZone: 'UTC' }],
      overrideReason: null,
    });
  });

  it('shows at its field what is wrong, and sends nothing', async () => {
    const page = await opened();
    await page.press('New policy…');
    await page.press('Make policy');
    expect(textOf(document.body)).toContain('Give it a name');
    expect(textOf(document.body)).toContain('Enter a code, in any spelling');
    expect(page.asked('/policies')).toHaveLength(0);
  });

  it('offers a viewer no new one', async () => {
    expect((await opened('viewer')).hasButton(/policy…/)).toBe(false);
  });
});
