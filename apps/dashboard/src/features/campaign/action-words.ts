import type { CampaignDetail } from '@fleetmend/dashboard-api';
import type { CampaignAction } from '@fleetmend/domain';

/** How a decision is offered and asked for. */
export interface ActionWords {
  /** The button that leads to the dialog. */
  readonly label: string;
  /** What the dialog's own button says, and says while it is sent. */
  readonly button: string;
  readonly busy: string;
  /** What is told when it is done. */
  readonly done: string;
  /** It can't be taken back. */
  readonly danger?: boolean;
  /** The audit log needs no reason for it. */
  readonly reasonOptional?: boolean;
}

const WORDS: Readonly<Record<CampaignAction, ActionWords>> = {
  edit: words('Edit', 'Edit', 'Opening…', ''),
  discard: { ...words('Discard', 'Discard', 'Discarding…', 'The draft is gone.'), danger: true },
  submit: {
    ...words('Submit for approval', 'Submit', 'Submitting…', 'It waits for approval now.'),
    reasonOptional: true,
  },
  approve: words('Approve', 'Approve', 'Approving…', 'The campaign is approved.'),
  reject: words('Reject', 'Reject', 'Rejecting…', 'The campaign is rejected.'),
  withdraw: {
    ...words('Withdraw', 'Withdraw', 'Withdrawing…', 'It is a draft again.'),
    reasonOptional: true,
  },
  launch: {
    ...words('Launch', 'Launch', 'Launching…', 'The campaign is launched.'),
    reasonOptional: true,
  },
  pause: words('Pause', 'Pause', 'Pausing…', 'The campaign is paused.'),
  resume: words('Resume', 'Resume', 'Resuming…', 'The campaign goes on.'),
  stop: {
    ...words('Stop for good', 'Stop for good', 'Stopping…', 'The campaign is stopped.'),
    danger: true,
  },
  'skip-wave': words('Skip the wave', 'Skip the wave', 'Skipping…', 'The wave is skipped.'),
  'retry-wave': words('Retry the wave', 'Retry the wave', 'Sending…', 'The wave is tried again.'),
  'wait-longer': words('Wait longer', 'Wait longer', 'Sending…', 'The wave is waited for.'),
  shrink: words('Shrink', 'Shrink', 'Shrinking…', 'The campaign is smaller now.'),
  change: words('Change the rules', 'Change', 'Changing…', 'The change is made.'),
  'approve-change': words('Approve the change', 'Approve', 'Approving…', 'The change is approved.'),
  'reject-change': words('Reject the change', 'Reject', 'Rejecting…', 'The change is rejected.'),
  'retry-failed': words(
    'Retry the failed ones',
    'Make the campaign',
    'Making it…',
    'The new campaign is a draft: look at it, then launch it.',
  ),
  'roll-back': {
    ...words('Roll back', 'Roll back', 'Sending…', 'What was done is taken back.'),
    danger: true,
  },
};

function words(label: string, button: string, busy: string, done: string): ActionWords {
  return { label, button, busy, done };
}

/** How `action` is offered. */
export function actionWords(action: CampaignAction): ActionWords {
  return WORDS[action];
}

/** The button of an action, with the number of the wave it is about. */
export function actionLabel(action: CampaignAction, { wave }: CampaignDetail): string {
  const { label } = WORDS[action];
  return wave === null ? label : label.replace(/the wave$/, `wave ${wave}`);
}

/** Those that stand as buttons, the first of them foremost; the others are in the menu. */
const LIKELY: readonly CampaignAction[] = [
  'approve',
  'launch',
  'submit',
  'approve-change',
  'reject-change',
  'reject',
  'retry-wave',
  'wait-longer',
  'resume',
  'pause',
  'retry-failed',
  'edit',
  'skip-wave',
  'change',
  'stop',
  'roll-back',
];
const MOST_BUTTONS = 4;

/** Which of the open actions stand as buttons, and which in the menu, each in its order. */
export function arrangedActions(detail: CampaignDetail): {
  readonly buttons: readonly CampaignAction[];
  readonly menu: readonly CampaignAction[];
} {
  // While all is well, nobody needs to skip a wave or to change its rules.
  const rare: readonly CampaignAction[] =
    detail.state === 'paused' ? [] : ['skip-wave', 'change', 'wait-longer'];
  const likely = LIKELY.filter(
    (action) => detail.actions.includes(action) && !rare.includes(action),
  );
  const buttons = likely.slice(0, MOST_BUTTONS);
  return { buttons, menu: detail.actions.filter((action) => !buttons.includes(action)) };
}
