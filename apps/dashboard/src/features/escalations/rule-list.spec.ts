import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleRule } from '../../testing/policy-samples';
import { RuleList } from './rule-list';

const RULES = '/escalation-rules';

describe('RuleList', () => {
  const first = sampleRule(1);
  const second = sampleRule(2, {
    ...{ mode: 'automatic', orderedToday: 4 },
    when: {
      ...{ playbooks: [], verdicts: ['new-error', 'recurred'], sameCode: false, phases: [] },
      codes: ['0x80072F8F'],
    },
    then: { type: 'playbook', playbook: 'sync-clock', parameters: {} },
  });

  async function opened(role: 'administrator' | 'viewer' = 'administrator') {
    const page = await OpenedPage.open(RuleList, 'escalations/rules', '/escalations/rules', {
      role,
    });
    await page.answer(RULES, { items: [first, second] });
    return page;
  }

  it('says in words what each rule does', async () => {
    const page = await opened();
    expect(page.text).toContain(
      'After any playbook: another error or came back, with 0x80072F8F → run',
    );
    expect(page.text).toContain('By itself 4 of 10 today');
  });

  it('moves a rule and switches it, and nothing else of it', async () => {
    const page = await opened();
    await page.press('Move up: Rule 2');
    const moved = await page.answer(`${RULES}/${second.id}`, second);
    expect(moved.request.body).toMatchObject({ position: 1, on: true, mode: 'automatic' });
    await page.answer(RULES, { items: [second, first] });
    await page.press('Switch off: Rule 1');
    const turned = await page.answer(`${RULES}/${first.id}`, first);
    expect(turned.request.body).toMatchObject({ on: false, when: first.when, then: first.then });
    expect(turned.request.body).not.toHaveProperty('position');
  });

  it('saves what the dialog says', async () => {
    const page = await opened();
    await page.press('Change: Rule 1');
    await page.answer('/playbooks', { items: [] });
    const dialog = document.querySelector('mat-dialog-container')!;
    const verdicts = [...dialog.querySelectorAll('mat-checkbox')].find(
      (box) => textOf(box) === 'Came back',
    )!;
    verdicts.querySelector('input')!.click();
    await page.press('Save');
    const { request } = await page.answer(`${RULES}/${first.id}`, first);
    expect(request.body).toMatchObject({
      when: { ...first.when, verdicts: ['same-error', 'recurred'] },
      then: first.then,
    });
  });

  it('lets a viewer change nothing', async () => {
    const page = await opened('viewer');
    expect(page.hasButton(/Change|Move|Switch|New rule/)).toBe(false);
  });
});
