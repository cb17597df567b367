import type { CampaignActionRequest, CampaignDetail } from '@fleetmend/dashboard-api';
import type { CampaignAction } from '@fleetmend/domain';

/** What the dialog of an action holds; what the action doesn't need is left as it is. */
export interface ActionValues {
  readonly reason: string;
  readonly hours: number;
  readonly machines: number;
  /** Null = every wave. */
  readonly wave: number | null;
  /** What the preview of a launch said. */
  readonly expectedMachines: number;
}

/** The actions that the dialog asks about; the others have their own ways. */
export type AskedAction = Exclude<CampaignAction, 'edit' | 'discard' | 'change' | 'retry-failed'>;

/** The request of a decision. */
export function actionRequest(
  action: AskedAction,
  detail: CampaignDetail,
  values: ActionValues,
): CampaignActionRequest {
  const reason = values.reason.trim();
  const wave = detail.wave ?? 1;
  switch (action) {
    case 'submit':
    case 'withdraw':
      return { action, ...(reason === '' ? {} : { reason }) };
    case 'launch':
      return {
        action,
        expectedMachines: values.expectedMachines,
        ...(reason === '' ? {} : { reason }),
      };
    case 'skip-wave':
    case 'retry-wave':
      return { action, wave, reason };
    case 'wait-longer':
      return { action, wave, hours: values.hours, reason };
    case 'shrink':
      return { action, machines: values.machines, reason };
    case 'roll-back':
      return { action, wave: values.wave, reason };
    default:
      return { action, reason };
  }
}
