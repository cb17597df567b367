import { OpenedPage, textOf } from '../../testing/opened-page';
import { sampleEscalation, sampleRule } from '../../testing/policy-samples';
import { EscalationInbox } from './escalation-inbox';

const RULES = '/escalation-rules';
const LIST = '/escalations';

describe('EscalationInbox', () => {
  const install = sampleRule(1, { name: 'Repair the store', open: 3 });
  const handOver = sampleRule(2, { name: 'Hand over', then: { type: 'hand-over' }, open: 1 });
  const items = [
    sampleEscalation(3, handOver, { verdict: 'recurred' }),
    sampleEscalation(1, install),
    sampleEscalation(2, install, { online: false }),
  ];

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(role: 'operator' | 'viewer' = 'operator', url = '/escalations') {
    const page = await OpenedPage.open(EscalationInbox, 'escalations', url, { role });
    await page.answer(RULES, { items: [install, handOver] });
    await page.answer(LIST, { items, next: null, total: 3 });
    return page;
  }

  async function confirm(page: OpenedPage, button: string): Promise<void> {
    const reason = document.querySelector<HTMLTextAreaElement>('mat-dialog-container textarea')!;
    reason.value = 'Looked at them.';
    reason.dispatchEvent(new Event('input'));
    await page.press(button);
  }

  it('groups what is proposed by rule, in the order of the rules, and says why and what', async () => {
    const page = await opened();
    const groups = [...page.element.querySelectorAll('section')].map((each) => textOf(each));
    expect(groups[0]).toMatch(/Repair the store.*same error, in the phase install.*PC-1.*PC-2/);
    expect(groups[1]).toMatch(/Hand over.*hand over to a person.*PC-3.*Came back/);
  });

  it('approves all of a rule, and names how many were seen', async () => {
    const page = await opened();
    await page.press('Approve all 3…');
    expect(textOf(document.body)).toContain('This will run “');
    await confirm(page, 'Approve');
    const { request } = await page.answer(`${LIST}/decide`, {
      ...{ decided: 3, ordered: 2, handedOver: 0, waiting: 1, left: [] },
    });
    expect(request.body).toEqual({
      decision: 'approve',
      which: { type: 'rule', ruleId: install.id, expected: 3 },
      reason: 'Looked at them.',
    });
  });

  it('dismisses those that were chosen', async () => {
    const page = await opened();
    await page.tick('Choose PC-2');
    await page.press('Dismiss…');
    await confirm(page, 'Dismiss');
    const { request } = await page.answer(`${LIST}/decide`, {
      ...{ decided: 1, ordered: 0, handedOver: 0, waiting: 0, left: [] },
    });
    expect(request.body).toMatchObject({
      decision: 'dismiss',
      which: { type: 'chosen', ids: [items[2]!.id] },
    });
  });

  it('shows a viewer everything and lets them decide nothing', async () => {
    const page = await opened('viewer');
    expect(page.text).toContain('PC-1');
    expect(page.hasButton(/Approve|Dismiss/)).toBe(false);
    expect(page.element.querySelector('input[type=checkbox]')).toBeNull();
  });

  it('offers the evidence of what was handed over, and to settle it', async () => {
    const page = await OpenedPage.open(
      EscalationInbox,
      'escalations',
      '/escalations?state=handed-over',
      { role: 'operator' },
    );
    await page.answer(RULES, { items: [{ ...handOver, handedOver: 2 }] });
    const { request } = await page.answer(LIST, {
      items: [sampleEscalation(4, handOver, { state: 'handed-over', note: 'Nothing helped.' })],
      ...{ next: null, total: 1 },
    });
    expect(request.params.get('state')).toBe('handed-over');
    expect(page.text).toContain('Nothing helped.');
    expect(page.element.querySelector('fm-evidence-link a')).not.toBeNull();
    expect(page.hasButton('Settle all 2…')).toBe(true);
  });
});
