import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { type Selection, idSchema, selectionSchema } from '@fleetmend/dashboard-api';
import * as z from 'zod';

/** With what the wizard begins. */
export interface CampaignStart {
  readonly selection?: Selection | undefined;
  /** The failure that is to be mended. */
  readonly fingerprintId?: string | undefined;
  /** What machines are called, as far as it is known. */
  readonly names?: readonly { readonly machineId: string; readonly hostname: string }[] | undefined;
}

/** In the state of the browser's history: a selection is too large for an address. */
const stateSchema = z.object({
  campaignStart: z.object({
    selection: selectionSchema.optional(),
    fingerprintId: idSchema.optional(),
    names: z.array(z.object({ machineId: idSchema, hostname: z.string() })).optional(),
  }),
});

/** What a page has put into the history's state for the wizard. */
export function startOf(state: unknown): CampaignStart | null {
  const parsed = stateSchema.safeParse(state);
  return parsed.success ? parsed.data.campaignStart : null;
}

/** Leads to the wizard, with machines that were chosen elsewhere. */
@Injectable({ providedIn: 'root' })
export class NewCampaigns {
  readonly #router = inject(Router);

  async open(campaignStart: CampaignStart): Promise<void> {
    await this.#router.navigate(['/campaigns/new'], { state: { campaignStart } });
  }
}
