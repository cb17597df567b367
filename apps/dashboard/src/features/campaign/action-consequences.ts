import type { CampaignDetail, CampaignPreview, CampaignWave } from '@fleetmend/dashboard-api';
import type { CampaignAction } from '@fleetmend/domain';
import { countedWords, machineWords, numberWords } from './count-words';
import { decidedOf, failedOf, unsuccessfulOf } from './tally-words';

/** The wave that works or waits for a decision. */
export function currentWave({ wave, waveList }: CampaignDetail): CampaignWave | null {
  return waveList.find(({ number }) => number === wave) ?? null;
}

/** How many machines have not begun: those that wait now, and those of the waves ahead. */
export function notBegun({ tally }: CampaignDetail): number {
  return tally.pending;
}

/** What will happen, in sentences with numbers. */
export function consequences(action: CampaignAction, detail: CampaignDetail): readonly string[] {
  const sentences = CONSEQUENCES[action];
  return sentences === undefined ? [] : sentences(detail);
}

const CONSEQUENCES: Readonly<
  Partial<Record<CampaignAction, (detail: CampaignDetail) => readonly string[]>>
> = {
  discard: () => ['The draft is deleted. No machine has done anything for it.'],
  submit: ({ machines }) => [
    `A second person has to approve it before it can be launched on ${machineWords(machines)}.`,
  ],
  withdraw: () => [
    'It becomes a draft again, and can be changed. Nobody can approve it meanwhile.',
  ],
  approve: ({ machines, waves, mode }) => [
    `It may then be launched on ${machineWords(machines)}${waves === 0 ? '' : ` in ${waveWords(waves)}`}${mode === 'dry-run' ? ', as a dry run' : ''}.`,
    'Your name stands beside it as the second person.',
  ],
  reject: () => ['It can’t be launched like this. Whoever made it can change and submit it again.'],
  pause: (detail) => [
    inFlightWords(detail),
    'Orders that no machine has fetched yet are taken back.',
    countedWords(
      notBegun(detail),
      'machine that waits gets no order until the campaign is resumed.',
      'machines that wait get no order until the campaign is resumed.',
    ),
  ],
  resume: (detail) => [
    countedWords(
      notBegun(detail),
      'machine still waits. It gets its order when its wave’s turn comes, as the gates allow.',
      'machines still wait. They get their orders wave by wave, as the gates allow.',
    ),
  ],
  stop: (detail) => [
    inFlightWords(detail),
    'Orders that no machine has fetched yet are taken back.',
    countedWords(
      notBegun(detail),
      'machine that has not begun is left as it is.',
      'machines that have not begun are left as they are.',
    ),
    'A stopped campaign can’t be resumed.',
  ],
  'skip-wave': (detail) => {
    const wave = currentWave(detail);
    const next = detail.waveList.find(({ state }) => state === 'planned');
    return [
      wave === null
        ? 'The wave is left behind as it is.'
        : `Wave ${wave.number} is left behind as it is: ${machineWords(decidedOf(wave.tally))} decided, ${numberWords(failedOf(wave.tally))} of them without success, ${numberWords(wave.tally.pending)} not treated.`,
      next === undefined
        ? 'No wave is left after it: the campaign ends.'
        : `The campaign goes on with wave ${next.number} on ${machineWords(next.machines)}, although this one was not passed.`,
    ];
  },
  'retry-wave': (detail) => {
    const wave = currentWave(detail);
    if (wave === null) return [];
    return [
      countedWords(
        unsuccessfulOf(wave.tally),
        `machine of wave ${wave.number} without success gets the playbook once more.`,
        `machines of wave ${wave.number} without success get the playbook once more.`,
      ),
      ...(wave.tally.pending === 0
        ? []
        : [
            countedWords(
              wave.tally.pending,
              'machine of it that has not begun gets its order too.',
              'machines of it that have not begun get their orders too.',
            ),
          ]),
      `The wave is then judged anew, as attempt ${wave.attempt + 1}. The next wave still waits for it.`,
    ];
  },
  'wait-longer': (detail) => {
    const wave = currentWave(detail);
    return [
      countedWords(
        wave?.tally.open ?? 0,
        'machine of the wave is not decided. It is waited for so much longer, and then the wave is judged again.',
        'machines of the wave are not decided. They are waited for so much longer, and then the wave is judged again.',
      ),
    ];
  },
  shrink: (detail) => [
    countedWords(notBegun(detail), 'machine has not begun.', 'machines have not begun.'),
    'The last ones leave the campaign first; what has begun stays.',
  ],
  'retry-failed': (detail) => [
    `Makes a new campaign with at most ${machineWords(unsuccessfulOf(detail.tally))} without success, by the same rules.`,
    'It is a draft at first: nothing happens until it is launched.',
  ],
  'roll-back': () => [
    'On each machine, what its run has changed is put back: folders, services and settings.',
    'Updates that were installed stay installed. Machines that are offline do it when they connect.',
  ],
  'approve-change': () => ['The waves are judged by the new rules from then on.'],
  'reject-change': () => ['The campaign keeps its rules, and stays paused until somebody decides.'],
};

/** What a launch would do, by its preview. */
export function launchConsequences(
  detail: CampaignDetail,
  preview: CampaignPreview,
): readonly string[] {
  const { included, includedOffline, waves, holdOut, excluded } = preview;
  const left = excluded.reduce((sum, { machines }) => sum + machines, 0);
  const first = waves[0];
  return [
    `${detail.mode === 'dry-run' ? 'A dry run on' : 'Runs on'} ${machineWords(included - holdOut)} in ${waveWords(waves.length)}.`,
    ...(first === undefined ? [] : [`Wave 1 begins with ${machineWords(first.machines)}.`]),
    ...(includedOffline === 0
      ? []
      : [
          countedWords(
            includedOffline,
            'of them is offline now and begins when it connects.',
            'of them are offline now and begin when they connect.',
          ),
        ]),
    ...(holdOut === 0
      ? []
      : [
          countedWords(
            holdOut,
            'machine stays untreated, to compare with.',
            'machines stay untreated, to compare with.',
          ),
        ]),
    ...(left === 0 ? [] : [countedWords(left, 'machine is left out.', 'machines are left out.')]),
  ];
}

function waveWords(waves: number): string {
  return `${numberWords(waves)} ${waves === 1 ? 'wave' : 'waves'}`;
}

function inFlightWords({ tally }: CampaignDetail): string {
  if (tally.inFlight === 0) return 'No machine is at work now.';
  return countedWords(
    tally.inFlight,
    'machine at work now goes on to its end.',
    'machines at work now go on to their end.',
  );
}
