import type { CampaignPlan } from '@fleetmend/dashboard-api';
import type { Amount, RetryRule } from '@fleetmend/domain';
import { exactTime } from '../../design/relative-time';
import { LEVEL_WORDS, verdictWords } from '../run/run-words';

const number = (value: number): string =>
  Number.isNaN(value) ? '…' : value.toLocaleString('en', { maximumFractionDigits: 2 });
const plural = (count: number, one: string): string =>
  `${number(count)} ${count === 1 ? one : `${one}s`}`;

/** Not broken at the end of a line. */
const percent = (value: number): string => `${number(value)}\u00a0%`;

/** "5 machines", "10 % of the machines". */
export function amountWords(amount: Amount): string {
  return 'count' in amount
    ? plural(amount.count, 'machine')
    : `${percent(amount.percent)} of the machines`;
}

/** A time in hours: "30 minutes", "4 hours", "3 days". */
export function hoursWords(hours: number): string {
  if (hours >= 48 && hours % 24 === 0) return plural(hours / 24, 'day');
  if (hours < 1 && hours > 0) return plural(Math.round(hours * 60), 'minute');
  return plural(hours, 'hour');
}

/** About how long, for estimates: "19.5 hours", "9.5 days". */
export function aboutHours(hours: number): string {
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  return hours < 48 ? hoursWords(rounded(hours)) : plural(rounded(hours / 24), 'day');
}

/** An instant to the minute, in the time zone of the browser. */
export function minuteWords(at: string): string {
  return exactTime(at).replace(/:\d\d$/, '');
}

/** A time in minutes, as short as it can be said. */
export function minutesWords(minutes: number): string {
  if (minutes >= 60 && minutes % 30 === 0) return hoursWords(minutes / 60);
  return plural(minutes, 'minute');
}

/** How the waves are made: "5 machines, then 10 % of the machines, then what is left". */
export function wavesWords(waves: CampaignPlan['rollout']['waves']): string {
  const all = waves.some((wave) => 'percent' in wave && wave.percent === 100);
  return [...waves.map(amountWords), ...(all ? [] : ['what is left'])].join(', then ');
}

/** What the gate means, a sentence each. */
export function gateSentences(gate: CampaignPlan['gate']): readonly string[] {
  const { minimumDecided, successPercent, provenLevel, hardErrors, softErrors } = gate;
  const decided =
    'count' in minimumDecided
      ? `${plural(minimumDecided.count, 'machine')} of the wave ${minimumDecided.count === 1 ? 'is' : 'are'} decided`
      : `${percent(minimumDecided.percent)} of the wave's machines are decided`;
  const proof = LEVEL_WORDS[provenLevel].label.toLowerCase();
  return [
    `The next wave starts when at least ${decided} and ${percent(successPercent)} of those succeeded, proven as far as “${proof}”.`,
    gate.soakHours > 0
      ? `The wave is watched for ${hoursWords(gate.soakHours)} after its last machine before it is judged, and waited for ${hoursWords(gate.maximumWaitHours)} at most.`
      : `The wave is judged after its last machine, and waited for ${hoursWords(gate.maximumWaitHours)} at most.`,
    `It fails at once when ${limitWords(hardErrors)} went wrong${softErrors === null ? '' : `, when the playbook did not help ${limitWords(softErrors)}`}${gate.sameNewError === null ? '' : `, when the same new error appears on ${plural(gate.sameNewError, 'machine')}`}, or when it can not pass any more.`,
    'Machines that are offline or were left out count neither way. When too few are decided, the campaign pauses and asks.',
  ];
}

/** What the budget means. */
export function budgetSentence({ hardErrors, softErrors }: CampaignPlan['budget']): string {
  const soft =
    softErrors === null ? '' : `, or when the playbook did not help ${limitWords(softErrors)}`;
  return `The whole campaign pauses when ${limitWords(hardErrors)} of all its waves went wrong${soft}.`;
}

function limitWords(amount: Amount): string {
  if ('count' in amount) {
    return amount.count === 0 ? 'a single machine' : `more than ${plural(amount.count, 'machine')}`;
  }
  return amount.percent === 0
    ? 'a single machine'
    : `more than ${percent(amount.percent)} of the machines`;
}

/** When it starts, ends and may work. */
export function scheduleSentences({
  startAt,
  endAt,
}: CampaignPlan['execution']): readonly string[] {
  return [
    startAt === null
      ? 'It starts as soon as it is launched.'
      : `It starts ${minuteWords(startAt)}.`,
    `What has not begun by ${minuteWords(endAt)} never does.`,
  ];
}

/** How much at once. */
export function paceSentence({ concurrency, siteConcurrency }: CampaignPlan['execution']): string {
  const site = siteConcurrency === null ? '' : `, ${number(siteConcurrency)} of them on one site`;
  return `At most ${plural(concurrency, 'machine')} at once${site}.`;
}

/** What is tried again, and how often. */
export function retrySentence({ verdicts, codes, attempts, backOffMinutes }: RetryRule): string {
  const results = verdicts.map((verdict) => `“${verdictWords(verdict).label}”`).join(', ');
  const only = codes === null ? '' : ` with ${codes.join(', ')}`;
  return `${results === '' ? '…' : results}${only}: tried again, ${plural(attempts, 'time')} in all, first after ${minutesWords(backOffMinutes)}, then twice as long each time.`;
}
