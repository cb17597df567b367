import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type {
  CampaignActionRequest,
  CampaignDetail,
  CampaignPreview,
} from '@fleetmend/dashboard-api';
import { ApiError, toApiError } from '../../api/api-error';
import { holds } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { FormProblem } from '../../design/form-problem';
import { SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { consequences, launchConsequences, notBegun } from './action-consequences';
import { type AskedAction, actionRequest } from './action-request';
import { actionLabel, actionWords } from './action-words';
import { machineWords } from './count-words';
import { planWords } from './plan-words';
import { reasonControl } from './reason-control';
import { ReasonField } from './reason-field';
import { RuleChanges } from './rule-changes';
import { type RuleChange, ruleChanges } from './rule-words';
import { decidedOf, unprovenOf } from './tally-words';

export interface ActionDialogData {
  readonly action: AskedAction;
  readonly detail: CampaignDetail;
  readonly act: (request: CampaignActionRequest) => Promise<void>;
  /** What a launch would do now. */
  readonly preview: () => Promise<CampaignPreview>;
}

/** Says what a decision means in numbers, and asks why. */
@Component({
  selector: 'fm-action-dialog',
  imports: [FormDialog, FormProblem, ReasonField, RuleChanges, SelectField, TextField],
  templateUrl: './action-dialog.html',
  styleUrl: './action-dialog.scss',
})
export class ActionDialog {
  protected readonly data = inject<ActionDialogData>(MAT_DIALOG_DATA);
  readonly #detail = this.data.detail;
  protected readonly action = this.data.action;
  protected readonly words = actionWords(this.action);
  protected readonly heading = `${actionLabel(this.action, this.#detail)}: ${this.#detail.name}`;

  protected readonly form = new FormGroup({
    hours: number('24', this.action === 'wait-longer', 0.1, 720),
    machines: number('', this.action === 'shrink', 1, this.#detail.machines - 1),
    wave: new FormControl('', { nonNullable: true }),
    reason: reasonControl(this.words.reasonOptional === true),
  });
  protected readonly submission = submission(this.form);

  protected readonly preview = signal<CampaignPreview | null>(null);
  protected readonly previewProblem = signal<string | null>(null);
  readonly #values = toSignal(this.form.valueChanges, { initialValue: this.form.value });

  protected readonly sentences = computed((): readonly string[] => {
    if (this.action !== 'launch') return consequences(this.action, this.#detail);
    const preview = this.preview();
    return preview === null ? [] : launchConsequences(this.#detail, preview);
  });
  protected readonly waiting = computed(
    () => this.action === 'launch' && this.preview() === null && this.previewProblem() === null,
  );

  /** A proposed change, to be decided about. */
  protected readonly changes = computed((): readonly RuleChange[] | null => {
    const { change, plan, playbookVersion } = this.#detail;
    if (change === null || !this.action.endsWith('-change')) return null;
    return ruleChanges({ ...plan, playbookVersion }, change.change);
  });
  protected readonly proposal = this.#detail.change;
  /** What is approved. */
  protected readonly rules =
    this.action === 'approve' || this.action === 'launch' ? planWords(this.#detail) : [];

  protected readonly waveChoices = [
    { value: '', name: 'The whole campaign' },
    ...this.#detail.waveList
      .filter(({ startedAt }) => startedAt !== null)
      .map(({ number }) => ({ value: String(number), name: `Wave ${number} only` })),
  ];
  /** How many machines may have something to take back. */
  protected readonly rollBackHint = computed(() => {
    const number = Number(this.#values().wave);
    const wave = this.#detail.waveList.find((each) => each.number === number);
    const { tally } = wave ?? this.#detail;
    const ran = decidedOf(tally) + unprovenOf(tally);
    return `At most ${machineWords(ran)} that ran have something to put back.`;
  });
  protected readonly shrinkHint = computed(() => {
    const { machines } = this.#detail;
    const wanted = Number(this.#values().machines);
    const fewer = machines - wanted;
    const now = `Now ${machineWords(machines)}; at least ${machines - notBegun(this.#detail)} have to stay.`;
    return Number.isInteger(wanted) && wanted > 0 && fewer > 0
      ? `${now} ${machineWords(fewer)} would leave.`
      : now;
  });

  constructor() {
    if (this.action === 'launch') void this.#loadPreview();
  }

  protected readonly send = async (): Promise<void> => {
    const { reason, hours, machines, wave } = this.form.getRawValue();
    const preview = this.preview();
    if (this.action === 'launch' && preview === null) {
      await this.#loadPreview();
      throw new ApiError('preview-missing', 'Look at what it would do first.');
    }
    try {
      await this.data.act(
        actionRequest(this.action, this.#detail, {
          reason,
          hours: Number(hours),
          machines: Number(machines),
          wave: wave === '' ? null : Number(wave),
          expectedMachines: preview?.included ?? this.#detail.machines,
        }),
      );
    } catch (error) {
      // Other machines match now than those that were shown.
      if (this.action === 'launch') void this.#loadPreview();
      throw error;
    }
  };

  async #loadPreview(): Promise<void> {
    try {
      this.preview.set(await this.data.preview());
      this.previewProblem.set(null);
    } catch (error) {
      this.preview.set(null);
      this.previewProblem.set(toApiError(error).message);
    }
  }
}

/** A number within bounds; one that is not asked for is always right. */
function number(value: string, asked: boolean, least: number, most: number): FormControl<string> {
  return new FormControl(value, {
    nonNullable: true,
    validators: holds(
      (text) => {
        const entered = Number(text);
        return !asked || (text.trim() !== '' && entered >= least && entered <= most);
      },
      `Enter a number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    ),
  });
}
