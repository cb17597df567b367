import { Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { type NewPolicy, type Policy, fingerprintSchema } from '@fleetmend/dashboard-api';
import { PHASES } from '@fleetmend/domain';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { Clock } from '../../design/clock';
import { holds } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { type Choice, SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { failureLabel } from '../campaign-wizard/failure-label';
import { MACHINE_TIME, WINDOW_PRESETS, timeZones } from '../campaign-wizard/rollout/window-presets';
import { phaseWord } from '../failures/failure-words';
import { InstantInput } from './instant-input';
import { PlaybookSettings } from './playbook-settings';
import { ANY_TIME, AS_IT_IS, isCode, planOfForm, policyForm } from './policy-form';
import { windowsWords } from './policy-words';

export interface PolicyDialogData {
  /** The one that is changed; null for a new one. */
  readonly policy: Policy | null;
  /** The failure that a new one is for; null = a code is asked for. */
  readonly fingerprintId: string | null;
  readonly save: (policy: NewPolicy) => Promise<void>;
}

const RESET = 'reset-software-distribution';

/** Makes or changes a policy. */
@Component({
  selector: 'fm-policy-dialog',
  imports: [FormDialog, InstantInput, PlaybookSettings, SelectField, TextField],
  templateUrl: './policy-dialog.html',
  styleUrl: './policy-dialog.scss',
})
export class PolicyDialog {
  readonly #api = inject(Api);
  protected readonly data = inject<PolicyDialogData>(MAT_DIALOG_DATA);
  protected readonly form = policyForm(this.data.policy, inject(Clock).now());
  protected readonly submission = submission(this.form, { 'name-taken': 'name' });
  protected readonly chosen = signal({
    playbook: this.data.policy?.playbook ?? RESET,
    parameters: this.data.policy?.parameters ?? {},
  });

  protected readonly fingerprintId =
    this.data.policy?.match.type === 'fingerprint'
      ? this.data.policy.match.fingerprintId
      : this.data.policy === null
        ? this.data.fingerprintId
        : null;
  protected readonly failure = snapshot({
    key: () => this.fingerprintId,
    load: async (id, signal) =>
      id === null
        ? null
        : await this.#api.get(apiPath('fingerprints', id), fingerprintSchema, { signal }),
    affectedBy: () => false,
  });
  protected readonly failureWords = computed(() => {
    const failure = this.failure.value();
    return failure === null ? 'Loading…' : failureLabel(failure);
  });

  protected readonly phases: readonly Choice[] = [
    { value: '', name: 'Any phase' },
    ...PHASES.map((phase) => ({ value: phase, name: phaseWord(phase) })),
  ];
  protected readonly hours: readonly Choice[] = [
    { value: ANY_TIME, name: 'At any time' },
    ...WINDOW_PRESETS.map(({ name }) => ({ value: name, name })),
    ...(this.form.controls.hours.value === AS_IT_IS
      ? [{ value: AS_IT_IS, name: windowsWords(this.data.policy?.windows ?? []) }]
      : []),
  ];
  protected readonly zones: readonly Choice[] = [
    { value: MACHINE_TIME, name: "Each machine's own" },
    ...timeZones().map((zone) => ({ value: zone, name: zone.replaceAll('_', ' ') })),
  ];
  readonly #hours = toSignal(this.form.controls.hours.valueChanges, {
    initialValue: this.form.controls.hours.value,
  });
  protected readonly zoned = computed(() => ![ANY_TIME, AS_IT_IS].includes(this.#hours()));
  protected readonly resets = computed(() => this.chosen().playbook === RESET);

  constructor() {
    if (this.fingerprintId === null) {
      this.form.controls.code.addValidators(
        holds(isCode, 'Enter a code, in any spelling: 0x80070002 or -2147024894.'),
      );
      this.form.controls.code.updateValueAndValidity();
    }
  }

  protected readonly send = async (): Promise<void> => {
    const { policy } = this.data;
    const { playbook, parameters } = this.chosen();
    await this.data.save(
      planOfForm(this.form, {
        ...{ policy, fingerprintId: this.fingerprintId, playbook },
        parameters: { ...parameters },
      }),
    );
  };
}
