import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule, type ValidatorFn } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { CampaignActionRequest, CampaignDetail } from '@fleetmend/dashboard-api';
import { ApiError } from '../../api/api-error';
import { controlProblem, elementId } from '../../design/control-problem';
import { holds } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { LEVEL_WORDS } from '../run/run-words';
import { parseAmount } from './amount-text';
import { type ChangeValues, LEVELS, changeOf, parseWindows, valuesOf } from './change-values';
import { reasonControl } from './reason-control';
import { ReasonField } from './reason-field';
import { RuleChanges } from './rule-changes';
import { ruleChanges } from './rule-words';

export interface ChangeDialogData {
  readonly detail: CampaignDetail;
  readonly act: (request: CampaignActionRequest) => Promise<void>;
}

/** Changes the rules of a campaign that was launched, and says before and after. */
@Component({
  selector: 'fm-change-dialog',
  imports: [FormDialog, ReactiveFormsModule, ReasonField, RuleChanges, SelectField, TextField],
  templateUrl: './change-dialog.html',
  styleUrl: './change-dialog.scss',
})
export class ChangeDialog {
  readonly #data = inject<ChangeDialogData>(MAT_DIALOG_DATA);
  protected readonly detail = this.#data.detail;
  readonly #rules = { ...this.detail.plan, playbookVersion: this.detail.playbookVersion };
  readonly #before = valuesOf(this.#rules);

  protected readonly form = new FormGroup({
    provenLevel: field(this.#before.provenLevel),
    successPercent: field(this.#before.successPercent, between(1, 100)),
    minimumDecided: field(this.#before.minimumDecided, amount()),
    hardErrors: field(this.#before.hardErrors, amount()),
    softErrors: field(this.#before.softErrors, amount(true)),
    sameNewError: field(
      this.#before.sameNewError,
      between(1, 10_000, { whole: true, empty: true }),
    ),
    maximumWaitHours: field(this.#before.maximumWaitHours, between(0.1, 1440)),
    soakHours: field(this.#before.soakHours, between(0, 720)),
    budgetHard: field(this.#before.budgetHard, amount()),
    budgetSoft: field(this.#before.budgetSoft, amount(true)),
    concurrency: field(this.#before.concurrency, between(1, 10_000, { whole: true })),
    siteConcurrency: field(
      this.#before.siteConcurrency,
      between(1, 10_000, { whole: true, empty: true }),
    ),
    endAt: field(
      this.#before.endAt,
      holds((text) => !Number.isNaN(Date.parse(text)), 'Enter a date and a time.'),
    ),
    windows: field(
      this.#before.windows,
      holds(
        (text) => parseWindows(text) !== null,
        'Write each as: cron; minutes; time zone. For example: 0 22 * * *; 240; Europe/Berlin',
      ),
    ),
    playbookVersion: field(this.#before.playbookVersion, between(1, 100_000, { whole: true })),
    reason: reasonControl(false),
  });
  protected readonly submission = submission(this.form);
  readonly #values = toSignal(this.form.valueChanges, { initialValue: this.form.value });

  protected readonly changes = computed(() => ruleChanges(this.#rules, this.#change()));
  readonly #change = computed(() => {
    this.#values();
    return changeOf(this.form.getRawValue() satisfies ChangeValues, this.#rules);
  });
  protected readonly levels = LEVELS.map((level) => ({
    value: level,
    name: `${level}: ${LEVEL_WORDS[level].label}`,
  }));
  protected readonly endId = elementId();
  protected readonly windowsId = elementId();
  protected readonly endProblem = controlProblem(computed(() => this.form.controls.endAt));
  protected readonly windowsProblem = controlProblem(computed(() => this.form.controls.windows));

  protected readonly send = async (): Promise<void> => {
    const change = this.#change();
    if (Object.keys(change).length === 0) {
      throw new ApiError('nothing-changed', 'Nothing is changed yet.');
    }
    await this.#data.act({
      action: 'change',
      change,
      reason: this.form.getRawValue().reason.trim(),
    });
  };
}

function field(value: string, validators: ValidatorFn[] | ValidatorFn = []): FormControl<string> {
  return new FormControl(value, { nonNullable: true, validators });
}

function amount(empty = false): ValidatorFn {
  return holds(
    (text) => (empty && text.trim() === '') || parseAmount(text) !== null,
    'Enter a number of machines, such as 3, or a part, such as 10 %.',
  );
}

function between(
  least: number,
  most: number,
  { whole = false, empty = false }: { whole?: boolean; empty?: boolean } = {},
): ValidatorFn {
  return holds(
    (text) => {
      const value = Number(text.replace(',', '.'));
      if (text.trim() === '') return empty;
      return value >= least && value <= most && (!whole || Number.isInteger(value));
    },
    `Enter a ${whole ? 'whole ' : ''}number from ${least} to ${most.toLocaleString('en')}.`,
  );
}
