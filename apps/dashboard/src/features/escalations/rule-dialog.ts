import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import {
  type EscalationRuleOfApi,
  type NewEscalationRule,
  newEscalationRuleSchema,
} from '@fleetmend/dashboard-api';
import { ESCALATED_VERDICTS, PHASES, PLAYBOOK_NAMES, normaliseErrorCode } from '@fleetmend/domain';
import { fits, holds } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { type Choice, SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { phaseWord } from '../failures/failure-words';
import { PlaybookSettings } from '../policies/playbook-settings';
import { playbookTitle, verdictWords } from '../run/run-words';
import { TickList } from './tick-list';

export interface RuleDialogData {
  /** The one that is changed; null for a new one. */
  readonly rule: EscalationRuleOfApi | null;
  readonly save: (rule: NewEscalationRule) => Promise<void>;
}

function number(value: number, least: number, most: number): FormControl<string> {
  return new FormControl(String(value), {
    nonNullable: true,
    validators: holds(
      (text) => /^\d{1,5}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most,
      `Enter a whole number from ${least} to ${most.toLocaleString('en')}.`,
    ),
  });
}

function codesOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}

/** Makes or changes a rule. */
@Component({
  selector: 'fm-rule-dialog',
  imports: [
    FormDialog,
    MatCheckbox,
    PlaybookSettings,
    ReactiveFormsModule,
    SelectField,
    TextField,
    TickList,
  ],
  templateUrl: './rule-dialog.html',
  styleUrl: '../policies/policy-dialog.scss',
})
export class RuleDialog {
  protected readonly data = inject<RuleDialogData>(MAT_DIALOG_DATA);
  readonly #rule = this.data.rule;
  protected readonly form = new FormGroup({
    name: new FormControl(this.#rule?.name ?? '', {
      nonNullable: true,
      validators: fits(
        newEscalationRuleSchema.shape.name,
        'Give it a name of up to 150 characters.',
      ),
    }),
    codes: new FormControl(this.#rule?.when.codes?.join(' ') ?? '', {
      nonNullable: true,
      validators: holds(
        (text) => codesOf(text).every((code) => normaliseErrorCode(code) !== undefined),
        'Enter codes with blanks between them: 0x80070002 0x80072F8F.',
      ),
    }),
    sameCode: new FormControl(this.#rule?.when.sameCode ?? false, { nonNullable: true }),
    then: new FormControl<string>(this.#rule?.then.type ?? 'playbook', { nonNullable: true }),
    mode: new FormControl<string>(this.#rule?.mode ?? 'propose', { nonNullable: true }),
    dailyLimit: number(this.#rule?.dailyLimit ?? 10, 1, 10_000),
    coolDownDays: number(this.#rule?.coolDownDays ?? 7, 0, 365),
  });
  protected readonly submission = submission(this.form);

  protected readonly playbooks = signal<readonly string[]>(this.#rule?.when.playbooks ?? []);
  protected readonly verdicts = signal<readonly string[]>(
    this.#rule?.when.verdicts ?? ['same-error'],
  );
  protected readonly phases = signal<readonly string[]>(this.#rule?.when.phases ?? []);
  protected readonly step = signal(
    this.#rule?.then.type === 'playbook'
      ? { playbook: this.#rule.then.playbook, parameters: this.#rule.then.parameters }
      : { playbook: 'repair-component-store', parameters: {} },
  );

  protected readonly playbookChoices: readonly Choice[] = PLAYBOOK_NAMES.map((name) => ({
    value: name,
    name: playbookTitle(name),
  }));
  protected readonly verdictChoices: readonly Choice[] = ESCALATED_VERDICTS.map((verdict) => ({
    value: verdict,
    name: verdictWords(verdict).label,
  }));
  protected readonly phaseChoices: readonly Choice[] = PHASES.map((phase) => ({
    value: phase,
    name: phaseWord(phase),
  }));
  protected readonly steps: readonly Choice[] = [
    { value: 'playbook', name: 'Run a playbook' },
    { value: 'hand-over', name: 'Hand over to a person, with the evidence' },
  ];
  protected readonly modes: readonly Choice[] = [
    { value: 'propose', name: 'Propose it, and wait for a decision' },
    { value: 'automatic', name: 'Do it by itself, within limits' },
  ];
  readonly #then = toSignal(this.form.controls.then.valueChanges, {
    initialValue: this.form.controls.then.value,
  });
  readonly #mode = toSignal(this.form.controls.mode.valueChanges, {
    initialValue: this.form.controls.mode.value,
  });
  protected readonly runs = computed(() => this.#then() === 'playbook');
  protected readonly limited = computed(() => this.runs() && this.#mode() === 'automatic');

  protected readonly send = async (): Promise<void> => {
    const values = this.form.getRawValue();
    const codes = codesOf(values.codes).flatMap((code) => normaliseErrorCode(code) ?? []);
    await this.data.save(
      newEscalationRuleSchema.parse({
        ...{ name: values.name, on: this.#rule?.on ?? true, mode: values.mode },
        when: {
          ...{ playbooks: this.playbooks(), verdicts: this.verdicts(), phases: this.phases() },
          ...{ sameCode: values.sameCode, codes: codes.length === 0 ? null : codes },
        },
        then: this.runs() ? { type: 'playbook', ...this.step() } : { type: 'hand-over' },
        dailyLimit: Number(values.dailyLimit),
        coolDownDays: Number(values.coolDownDays),
      }),
    );
  };
}
