import {
  type CampaignState,
  type PauseReason,
  type WaveState,
  WORKING_WAVE_STATES,
} from './campaign';
import { budgetBroken, decidedOf, judgeWave, minimumOf } from './gate';
import type { CampaignBudget, GateRule, Tally } from './gate-rule';

const HOUR = 3_600_000;

/** A wave as the decision sees it. */
export interface WaveFacts {
  readonly number: number;
  readonly state: WaveState;
  readonly machines: number;
  readonly tally: Tally;
  /** Until when its machines are waited for; null = it has not started. */
  readonly waitUntil: Date | null;
  readonly soakUntil: Date | null;
  /** Why it was decided as it was, for people. */
  readonly decision?: string | null;
}

/** A campaign as the decision sees it: counted now, in one moment. */
export interface CampaignFacts {
  readonly state: CampaignState;
  readonly startAt: Date | null;
  readonly endAt: Date;
  readonly rule: GateRule;
  readonly budget: CampaignBudget;
  /** Machines that take part. */
  readonly machines: number;
  /** Every run of the campaign, each try by itself: what it has cost so far. */
  readonly runs: Tally;
  /** Until when machines may still come to it: those that match later, or those held out. Null = none will. */
  readonly growsUntil: Date | null;
  /** In the order of their numbers. */
  readonly waves: readonly WaveFacts[];
}

/** One thing that is to happen. Whoever carries them out does all of them, in order, or none. */
export type Decision =
  | {
      readonly type: 'campaign';
      readonly from: CampaignState;
      readonly to: CampaignState;
      readonly pauseReason: PauseReason | null;
      readonly message: string;
    }
  | {
      readonly type: 'wave';
      readonly number: number;
      readonly from: WaveState;
      readonly to: WaveState;
      readonly waitUntil: Date | null;
      readonly soakUntil: Date | null;
      readonly message: string;
    };

/** The most that can follow from one set of facts: each wave moves forward only. */
const LIMIT = 1000;

/**
 * Everything that is to happen to a campaign now. Pure: the same facts and moment give the same decisions, and none once
 * they are carried out. A wave starts only when each one before it is passed or was skipped by a person.
 */
export function decide(facts: CampaignFacts, now: Date): readonly Decision[] {
  const decisions: Decision[] = [];
  let current = facts;
  for (let next = step(current, now); next; next = step(current, now)) {
    if (decisions.length >= LIMIT) throw new Error('A campaign does not come to rest.');
    decisions.push(next);
    current = carriedOut(current, next);
  }
  return decisions;
}

/** The facts after a decision was carried out. */
export function carriedOut(facts: CampaignFacts, decision: Decision): CampaignFacts {
  if (decision.type === 'campaign') return { ...facts, state: decision.to };
  const { number, to: state, waitUntil, soakUntil } = decision;
  return {
    ...facts,
    waves: facts.waves.map((wave) =>
      wave.number === number
        ? { ...wave, state, waitUntil, soakUntil, decision: decision.message }
        : wave,
    ),
  };
}

function step(facts: CampaignFacts, now: Date): Decision | undefined {
  if (facts.state === 'scheduled') return begin(facts, now);
  if (facts.state === 'completed') return reopen(facts);
  if (facts.state === 'paused') return now >= facts.endAt ? runOut(facts, now) : undefined;
  if (facts.state !== 'running') return undefined;
  if (now >= facts.endAt) return runOut(facts, now);
  const wave = openWave(facts);
  // A judgement is never left half done: a budget that is passed says nothing about a wave.
  if (wave?.state === 'evaluating') return stepOfWave(facts, wave, now);
  const broken = budgetBroken(facts.budget, facts.machines, facts.runs);
  if (broken) return pause(facts, 'budget', broken.reason);
  return wave ? stepOfWave(facts, wave, now) : complete(facts, now);
}

function openWave(facts: CampaignFacts): WaveFacts | undefined {
  return facts.waves.find(({ state }) => state !== 'passed' && state !== 'skipped');
}

function begin(facts: CampaignFacts, now: Date): Decision | undefined {
  if (now >= facts.endAt) return end(facts, 'expired', 'Its end came before its start.');
  if (facts.startAt !== null && now < facts.startAt) return undefined;
  return {
    ...{ type: 'campaign', from: facts.state, to: 'running', pauseReason: null },
    message: 'It began.',
  };
}

function stepOfWave(facts: CampaignFacts, wave: WaveFacts, now: Date): Decision | undefined {
  const { rule } = facts;
  const { state, tally, machines } = wave;
  const waitOver = wave.waitUntil !== null && now >= wave.waitUntil;
  switch (state) {
    case 'planned':
      if (machines === 0) return move(wave, 'skipped', 'No machine is left in it.');
      return move(wave, 'dispatching', `It started with ${inWords(machines)}.`, {
        waitUntil: new Date(now.getTime() + rule.maximumWaitHours * HOUR),
      });
    case 'dispatching':
    case 'executing':
    case 'soaking': {
      const early = judgeWave(rule, { size: machines, tally, waitOver, phase: 'working' });
      if (early.result !== 'open') return move(wave, 'evaluating', early.reason);
      if (state === 'dispatching') {
        if (tally.pending > 0 && !waitOver) return undefined;
        return move(
          wave,
          'executing',
          tally.pending > 0 ? 'The longest wait is over.' : 'Every machine has its order.',
        );
      }
      if (state === 'executing') {
        if (!areIn(rule, wave) && !waitOver) return undefined;
        return move(wave, 'soaking', soaks(rule.soakHours), {
          soakUntil: new Date(now.getTime() + rule.soakHours * HOUR),
        });
      }
      if (wave.soakUntil !== null && now < wave.soakUntil) return undefined;
      return move(wave, 'evaluating', 'It is judged.');
    }
    case 'evaluating': {
      const verdict = judgeWave(rule, { size: machines, tally, waitOver, phase: 'evaluating' });
      // An open judgement of a wave that is over would be a fault of the rules: it must not let the next one start.
      if (verdict.result === 'open') return move(wave, 'inconclusive', 'It can not be judged.');
      return move(wave, verdict.result, verdict.reason);
    }
    case 'failed':
      return pause(facts, 'gate-failed', because(`Wave ${wave.number} failed its gate`, wave));
    case 'inconclusive':
      return pause(
        facts,
        'inconclusive',
        because(`Wave ${wave.number} could not be decided`, wave),
      );
    case 'passed':
    case 'skipped':
      return undefined;
  }
}

/**
 * Whether there is nothing to wait for any more: nobody is at work or waits. What has ended without proof may still be
 * proven, and is waited for only while too few are decided without it.
 */
function areIn(rule: GateRule, { machines, tally }: WaveFacts): boolean {
  if (tally.inFlight + tally.pending > 0) return false;
  return tally.open === 0 || decidedOf(tally) >= minimumOf(rule, machines);
}

/** No wave is open: the campaign is over once nobody is at work, waits, or may still join. */
function complete(facts: CampaignFacts, now: Date): Decision | undefined {
  if (facts.growsUntil !== null && now < facts.growsUntil) return undefined;
  const still = (tally: Tally) => tally.inFlight + tally.pending;
  if (facts.waves.some(({ tally }) => still(tally) > 0)) return undefined;
  return end(facts, ending(facts), 'Every wave is decided.');
}

/** A completed campaign whose machines failed again is not what its state says any more. */
function reopen(facts: CampaignFacts): Decision | undefined {
  const again = facts.waves.reduce((sum, { tally }) => sum + tally.soft + tally.hard, 0);
  if (again === 0) return undefined;
  return end(facts, 'completed-with-failures', `The failure came back on ${inWords(again)}.`);
}

function ending(facts: CampaignFacts): 'completed' | 'completed-with-failures' {
  const clean = facts.waves.every(
    ({ state, tally }) =>
      state === 'passed' && tally.hard + tally.soft + tally.open + tally.leftOut === 0,
  );
  return clean ? 'completed' : 'completed-with-failures';
}

/** The end of the campaign has come: what works is judged by what is known, what has not begun never does. */
function runOut(facts: CampaignFacts, now: Date): Decision | undefined {
  const wave = openWave(facts);
  if (!wave)
    return facts.state === 'paused' ? resume(facts) : end(facts, ending(facts), 'Its end came.');
  switch (wave.state) {
    case 'planned':
      return end(facts, 'expired', `Its end came before wave ${wave.number} began.`);
    case 'dispatching':
    case 'executing':
    case 'soaking':
      return move(wave, 'evaluating', "The campaign's end came.");
    case 'evaluating':
      return stepOfWave(facts, wave, now);
    default:
      return end(facts, 'expired', `Its end came before wave ${wave.number} was settled.`);
  }
}

function resume(facts: CampaignFacts): Decision {
  return {
    ...{ type: 'campaign', from: facts.state, to: 'running', pauseReason: null },
    message: 'Its end came.',
  };
}

function end(facts: CampaignFacts, to: CampaignState, message: string): Decision {
  return { type: 'campaign', from: facts.state, to, pauseReason: null, message };
}

function pause(facts: CampaignFacts, pauseReason: PauseReason, message: string): Decision {
  return { type: 'campaign', from: facts.state, to: 'paused', pauseReason, message };
}

function move(
  wave: WaveFacts,
  to: WaveState,
  message: string,
  moments: { readonly waitUntil?: Date; readonly soakUntil?: Date } = {},
): Decision {
  const { number, state: from, waitUntil, soakUntil } = wave;
  return { type: 'wave', number, from, to, waitUntil, soakUntil, message, ...moments };
}

function because(what: string, { decision }: WaveFacts): string {
  return decision === undefined || decision === null ? `${what}.` : `${what}: ${decision}`;
}

function soaks(hours: number): string {
  return hours === 0 ? 'Nothing more is waited for.' : `It is watched for ${hours} hours.`;
}

function inWords(machines: number): string {
  return machines === 1 ? '1 machine' : `${machines} machines`;
}

/** Whether a wave orders runs or waits for them. */
export function isWorking(state: WaveState): boolean {
  return WORKING_WAVE_STATES.some((working) => working === state);
}
