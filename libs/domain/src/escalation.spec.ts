import fc from 'fast-check';
import { DEFAULT_ESCALATIONS } from './default-escalations';
import {
  chooseEscalation,
  ESCALATED_VERDICTS,
  type EscalatedRun,
  escalationLifeCycle,
  escalationProblems,
  type EscalationRule,
  MAX_ESCALATION_LINKS,
} from './escalation';
import { PHASES } from './failure';
import { PLAYBOOK_NAMES } from './playbook';

const RESET = 'reset-software-distribution';
const STORE = 'repair-component-store';
const defaults = DEFAULT_ESCALATIONS.map((rule) => ({
  ...rule,
  on: true,
  mode: 'propose' as const,
}));

function run(part: Partial<EscalatedRun> = {}): EscalatedRun {
  const failure = { code: '0x80070002', phase: 'download' } as const;
  const { playbook = RESET } = part;
  return {
    playbook,
    verdict: 'same-error',
    failure,
    after: failure,
    tried: [playbook],
    links: 0,
    ...part,
  };
}
const installing = { code: '0x80070002', phase: 'install' } as const;

describe('the rules that everybody starts with', () => {
  it.each<[string, Partial<EscalatedRun>, string | undefined]>([
    ['the reset, now failing in the install phase', { after: installing }, 'reset-install'],
    ['the reset, the same again', {}, 'reset-other'],
    [
      'the reset, another code',
      { verdict: 'new-error', after: { code: '0x80240438', phase: 'scan' } },
      undefined,
    ],
    [
      'the component store, still failing',
      { playbook: STORE, after: installing },
      'component-store',
    ],
    [
      'the clock shows',
      { verdict: 'new-error', after: { code: '0x80072F8F', phase: 'scan' } },
      'clock',
    ],
    [
      'a restart is wanted',
      { verdict: 'new-error', after: { code: '0x80240016', phase: 'install' } },
      'restart',
    ],
    [
      'a service is disabled',
      { verdict: 'new-error', after: { code: '0x80070422', phase: 'scan' } },
      'services',
    ],
    ['the machine is not as before', { verdict: 'inconsistent' }, 'inconsistent'],
    [
      'the store was repaired first',
      { tried: [STORE, RESET], links: 1, after: installing },
      'nothing-helped',
    ],
    [
      'a step broke a machine without a failure',
      { verdict: 'inconsistent', failure: null, after: null },
      'inconsistent',
    ],
    ['nothing that could be the same', { failure: null, after: null }, 'nothing-helped'],
    ['the machine is silent', { verdict: 'lost' }, undefined],
  ])('after: %s', (_, part, key) => {
    expect(chooseEscalation(defaults, run(part))?.key).toBe(key);
  });

  it('can all be saved', () => {
    expect(DEFAULT_ESCALATIONS.flatMap((rule) => escalationProblems(rule))).toEqual([]);
    expect(new Set(DEFAULT_ESCALATIONS.map(({ key }) => key)).size).toBe(
      DEFAULT_ESCALATIONS.length,
    );
  });
});

const failure = fc.record({
  code: fc.constantFrom('0x80070002', '0x80070003', '0x800F0831'),
  phase: fc.constantFrom(...PHASES),
});
const rule: fc.Arbitrary<EscalationRule> = fc.record({
  on: fc.boolean(),
  mode: fc.constantFrom('propose', 'automatic'),
  when: fc.record({
    playbooks: fc.subarray([...PLAYBOOK_NAMES]),
    verdicts: fc.subarray([...ESCALATED_VERDICTS], { minLength: 1 }),
    sameCode: fc.boolean(),
    phases: fc.subarray([...PHASES]),
    codes: fc.constantFrom(null, ['0x80070002'], ['0x80070003', '0x800F0831']),
  }),
  then: fc.oneof(
    fc.record({
      type: fc.constant('playbook' as const),
      playbook: fc.constantFrom(...PLAYBOOK_NAMES),
      parameters: fc.constant({}),
    }),
    fc.constant({ type: 'hand-over' as const }),
  ),
});

describe('a chain', () => {
  it('tries no playbook twice and ends after four links, whatever the rules are', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 30 }),
        fc.constantFrom(...PLAYBOOK_NAMES),
        fc.array(fc.tuple(fc.constantFrom(...ESCALATED_VERDICTS), failure), {
          minLength: 40,
          maxLength: 40,
        }),
        (rules, first, ends) => {
          const tried: string[] = [first];
          let links = 0;
          for (const [verdict, after] of ends) {
            const chosen = chooseEscalation(rules, {
              ...{ playbook: tried.at(-1) ?? '', verdict, after, tried, links },
              failure: { code: '0x80070002', phase: 'download' },
            });
            if (chosen === undefined || chosen.then.type === 'hand-over') break;
            tried.push(chosen.then.playbook);
            links += 1;
          }
          expect(new Set(tried).size).toBe(tried.length);
          expect(links).toBeLessThanOrEqual(MAX_ESCALATION_LINKS);
        },
      ),
    );
  });

  it('obeys no rule that is off, and the first of those that apply', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 10 }), failure, (rules, after) => {
        const ended = run({ after });
        const chosen = chooseEscalation(rules, ended);
        const on = rules.filter((each) => each.on);
        expect(chooseEscalation(on, ended)).toBe(chosen);
        if (chosen === undefined) return;
        const before = on.slice(0, on.indexOf(chosen));
        expect(chooseEscalation(before, ended)).toBeUndefined();
      }),
    );
  });
});

describe('a rule can not be saved', () => {
  const good = defaults[4]!;
  it.each<[string, Pick<EscalationRule, 'when' | 'then'>, string]>([
    [
      'with a playbook that is not there',
      { ...good, when: { ...good.when, playbooks: ['x'] } },
      'when.playbooks',
    ],
    [
      'after a good verdict',
      { ...good, when: { ...good.when, verdicts: ['fixed'] } },
      'when.verdicts',
    ],
    ['after none', { ...good, when: { ...good.when, verdicts: [] } }, 'when.verdicts'],
    ['for an empty list of codes', { ...good, when: { ...good.when, codes: [] } }, 'when.codes'],
    [
      'to do what is not there',
      { ...good, then: { type: 'playbook', playbook: 'x', parameters: {} } },
      'then.playbook',
    ],
    [
      'with a wrong parameter',
      { ...good, then: { type: 'playbook', playbook: STORE, parameters: { x: true } } },
      'then.parameters',
    ],
    [
      'to do the same again',
      {
        when: { ...good.when, playbooks: [STORE] },
        then: { type: 'playbook', playbook: STORE, parameters: {} },
      },
      'then.playbook',
    ],
  ])('%s', (_, broken, path) => {
    expect(escalationProblems(broken).map((problem) => problem.path)).toEqual([path]);
  });
});

describe('the life of an escalation', () => {
  it('reaches every state from a proposal, and never goes back', () => {
    const seen = new Set([escalationLifeCycle.start]);
    for (const state of seen)
      escalationLifeCycle.movesFrom(state).forEach((next) => seen.add(next));
    expect([...seen].sort()).toEqual([...escalationLifeCycle.states].sort());
    for (const state of escalationLifeCycle.states)
      expect(escalationLifeCycle.allows(state, 'open')).toBe(false);
  });
});
