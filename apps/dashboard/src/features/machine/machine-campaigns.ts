import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { machineCampaignListSchema } from '@fleetmend/dashboard-api';
import { mdiRocketLaunchOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { Icon } from '../../design/icon';

/** Campaigns that have the machine now, and what it waits for there; nothing where there are none. */
@Component({
  selector: 'fm-machine-campaigns',
  imports: [Icon, RouterLink],
  template: `
    @for (each of live(); track each.campaignId) {
      <div class="fm-notice fm-notice-info">
        <fm-icon [path]="icon" />
        <p class="fm-notice-text">
          In the campaign
          <a [routerLink]="['/campaigns', each.campaignId]">{{ each.name }}</a>{{
            each.wave === null ? '' : ', wave ' + each.wave
          }}:
          {{ each.runId !== null && each.state !== 'queued' ? 'at work.' : each.message }}
        </p>
      </div>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--fm-space-1);
    }
    :host:empty {
      display: none;
    }
  `,
})
export class MachineCampaigns {
  readonly machineId = input('');

  readonly #api = inject(Api);
  readonly #all = snapshot({
    key: this.machineId,
    load: async (machineId, signal) =>
      machineId === ''
        ? []
        : (
            await this.#api.get(
              apiPath('machines', machineId, 'campaigns'),
              machineCampaignListSchema,
              { signal },
            )
          ).items,
    affectedBy: ({ campaigns, machines }, machineId, value) =>
      machines.includes(machineId) ||
      (value ?? []).some(({ campaignId }) => campaigns.includes(campaignId)),
  });
  /** Those that may still order something, and in which it has not ended. */
  protected readonly live = computed(() =>
    (this.#all.value() ?? []).filter(
      ({ campaignState, state }) =>
        ['scheduled', 'running', 'paused'].includes(campaignState) && state !== 'ended',
    ),
  );
  protected readonly icon = mdiRocketLaunchOutline;
}
