import type { CampaignDetail, CampaignPlan } from '@fleetmend/dashboard-api';
import { exactDay, exactTime } from '../../design/relative-time';
import { STRATUM_WORDS } from '../campaigns/campaign-words';
import { outcomeListWords } from '../campaigns/outcome-list-words';
import { modeWord, nameWords, playbookTitle } from '../run/run-words';
import { machineWords, numberWords } from './count-words';
import { type RuleWords, ruleWords, waveSizeWords } from './rule-words';

/** A whole plan in words: whom it is for, what is done, in which waves, by which rules. */
export function planWords(detail: CampaignDetail): readonly RuleWords[] {
  const { plan, playbookVersion } = detail;
  const { rollout, targets } = plan;
  return [
    words('playbook', 'Playbook', `${playbookTitle(plan.playbook)} (${plan.playbook})`),
    words('mode', 'Mode', modeWord(plan.mode)),
    words('source', 'Machines', sourceWords(targets.source)),
    words(
      'dynamic',
      'Machines that match later',
      targets.dynamicUntil === null
        ? 'do not join'
        : `join until ${exactTime(targets.dynamicUntil)}`,
    ),
    words(
      'offline',
      'Machines that were away',
      targets.offlineDays === null
        ? 'take part'
        : `are left out after ${numberWords(targets.offlineDays)} days`,
    ),
    words('waves', 'Waves', waveSizeWords(rollout.waves)),
    words(
      'draw',
      'Drawn',
      `by chance from the seed “${rollout.seed}”${stratumWords(rollout.stratifyBy)}`,
    ),
    ...(rollout.canaries.length === 0
      ? []
      : [words('canaries', 'Chosen for wave 1', machineWords(rollout.canaries.length))]),
    ...(rollout.holdOut === null
      ? []
      : [
          words(
            'hold-out',
            'Held out',
            `${numberWords(rollout.holdOut.percent)} % until ${exactDay(rollout.holdOut.until)}`,
          ),
        ]),
    ...ruleWords({ ...plan, playbookVersion }),
    ...(plan.overrideReason === null
      ? []
      : [words('override', 'Done although the guard warned', plan.overrideReason)]),
  ];
}

/** Whom a campaign is for. */
function sourceWords(source: CampaignPlan['targets']['source']): string {
  switch (source.type) {
    case 'machines':
      return `${machineWords(source.machineIds.length)} chosen by hand`;
    case 'failed-of':
      return source.outcomes === undefined
        ? 'those that ended without success in an earlier campaign'
        : `of an earlier campaign: ${outcomeListWords(source.outcomes)}`;
    case 'matching': {
      const conditions = Object.entries(source.filter).map(([name, value]) => {
        if (name === 'fingerprintId') return 'has the failure';
        return `${nameWords(name).toLowerCase()}: ${valueWords(value)}`;
      });
      const all = conditions.length === 0 ? 'every machine' : `all with ${conditions.join('; ')}`;
      const except = source.except.length;
      return except === 0 ? all : `${all}, without ${machineWords(except)}`;
    }
  }
}

function valueWords(value: string | boolean | readonly string[] | undefined): string {
  if (value === undefined) return 'any';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value.join(', ');
}

function stratumWords(strata: CampaignPlan['rollout']['stratifyBy']): string {
  if (strata.length === 0) return '';
  return `, alike in ${strata.map((stratum) => STRATUM_WORDS[stratum].toLowerCase()).join(', ')}`;
}

function words(id: string, label: string, text: string): RuleWords {
  return { id, label, words: text };
}
