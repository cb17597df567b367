import { Component, effect, inject } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { type CampaignSettings, campaignSettingsSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { holds } from '../../design/contract-validator';
import { FormProblem } from '../../design/form-problem';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';

const PATH = '/campaign-settings';
type Name = keyof CampaignSettings;

/** What is typed as the contract has it: nothing for no limit. */
function valueOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

/** A field of the settings; `message` says what the contract allows. */
function field(name: Name, message: string): FormControl<string> {
  const schema = campaignSettingsSchema.shape[name];
  return new FormControl('', {
    nonNullable: true,
    validators: holds((text) => schema.safeParse(valueOf(text)).success, message),
  });
}

/** The limits of all campaigns, and when a second person is asked. */
@Component({
  selector: 'fm-campaign-settings-page',
  imports: [
    FormProblem,
    LoadState,
    MatButton,
    PageHeader,
    ReactiveFormsModule,
    RefreshProblem,
    TextField,
  ],
  templateUrl: './campaign-settings-page.html',
  styleUrl: './campaign-settings-page.scss',
})
export class CampaignSettingsPage {
  readonly #api = inject(Api);
  readonly #notices = inject(Notices);

  protected readonly settings = snapshot({
    key: () => null,
    load: (_key, signal) => this.#api.get(PATH, campaignSettingsSchema, { signal }),
    affectedBy: () => false,
  });
  protected readonly form = new FormGroup({
    approvalFromMachines: field(
      'approvalFromMachines',
      'Enter a whole number from 1 to 1,000,000, or nothing for never.',
    ),
    fleetConcurrency: field('fleetConcurrency', 'Enter a whole number from 1 to 100,000.'),
    sitePercent: field('sitePercent', 'Enter a whole number from 1 to 100, or nothing.'),
    coolDownDays: field('coolDownDays', 'Enter a whole number from 0 to 365.'),
    chronicRuns: field('chronicRuns', 'Enter a whole number from 2 to 100.'),
  });
  protected readonly submission = submission(this.form);

  constructor() {
    effect(() => {
      const settings = this.settings.value();
      // What somebody is typing is not overwritten when the settings are loaded again.
      if (settings !== null && this.form.pristine) this.#show(settings);
    });
  }

  protected async save(): Promise<void> {
    const done = await this.submission.send(async () => {
      const typed = this.form.getRawValue();
      const body = campaignSettingsSchema.parse({
        approvalFromMachines: valueOf(typed.approvalFromMachines),
        fleetConcurrency: valueOf(typed.fleetConcurrency),
        sitePercent: valueOf(typed.sitePercent),
        coolDownDays: valueOf(typed.coolDownDays),
        chronicRuns: valueOf(typed.chronicRuns),
      });
      const saved = await this.#api.put(PATH, body, campaignSettingsSchema);
      this.form.markAsPristine();
      this.settings.update(() => saved);
    });
    if (done) this.#notices.tell('The settings of campaigns are saved.');
  }

  #show(settings: CampaignSettings): void {
    const text = (value: number | null): string => (value === null ? '' : String(value));
    this.form.reset({
      approvalFromMachines: text(settings.approvalFromMachines),
      fleetConcurrency: text(settings.fleetConcurrency),
      sitePercent: text(settings.sitePercent),
      coolDownDays: text(settings.coolDownDays),
      chronicRuns: text(settings.chronicRuns),
    });
  }
}
