import type { CanDeactivateFn } from '@angular/router';
import type { CampaignWizard } from './campaign-wizard';

/** Asks before what was written is lost. */
export const leaveWizard: CanDeactivateFn<CampaignWizard> = (wizard) => wizard.mayLeave();
