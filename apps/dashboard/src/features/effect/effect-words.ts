import type { ChronicStanding, MeasuredView } from '@fleetmend/dashboard-api';
import { ENOUGH_DECIDED } from '@fleetmend/domain';

type Counts = Pick<MeasuredView, 'helped' | 'decided' | 'low' | 'high'>;

/** A share of 0 to 1 in whole percent. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The interval of a share: "86–97 %". */
export function intervalWord({ low, high }: Pick<Counts, 'low' | 'high'>): string {
  return `${Math.round(low * 100)}–${Math.round(high * 100)} %`;
}

/** "93 of 100 (86–97 %)" */
export function countsWord(counts: Counts): string {
  const { helped, decided } = counts;
  return `${helped.toLocaleString('en')} of ${decided.toLocaleString('en')} (${intervalWord(counts)})`;
}

/** What own runs say about a proposal, in a sentence. */
export function measuredSentence(measured: MeasuredView): string {
  const { on, version, decided } = measured;
  const where = on === 'fingerprint' ? 'this failure' : 'failures of this kind';
  const which = version === null ? '' : `, version ${version}`;
  const few = decided < ENOUGH_DECIDED ? ' Too few to rank it by.' : '';
  return `Own results on ${where}${which}: it helped on ${countsWord(measured)}.${few}`;
}

const REASONS: Readonly<
  Record<ChronicStanding['reasons'][number], (of: ChronicStanding) => string>
> = {
  'runs-did-not-help': ({ unhelpful }) => `${unhelpful} runs did not help`,
  'failures-came-back': ({ recurrences }) => `${recurrences} mended failures came back`,
};

/** "4 runs did not help and 2 mended failures came back within 30 days" */
export function chronicSentence(standing: ChronicStanding): string {
  const why = standing.reasons.map((reason) => REASONS[reason](standing));
  return `${why.join(' and ')} within ${standing.days} days`;
}
