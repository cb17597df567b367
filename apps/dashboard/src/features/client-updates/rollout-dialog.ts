import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { Release, Rollout } from '@fleetmend/dashboard-api';
import { holds } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { type Choice, SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';

export interface RolloutDialogData {
  readonly release: Release;
  readonly rollOut: (rollout: Rollout) => Promise<void>;
  /** The ids of machines by their names; throws when one isn't there. */
  readonly machinesNamed: (names: readonly string[]) => Promise<string[]>;
}

const MACHINES = 'machines';
const stages: readonly Choice[] = [
  { value: MACHINES, name: 'Only machines that I name' },
  { value: '1', name: '1 % of the machines' },
  { value: '5', name: '5 % of the machines' },
  { value: '10', name: '10 % of the machines' },
  { value: '25', name: '25 % of the machines' },
  { value: '50', name: '50 % of the machines' },
  { value: '100', name: 'All machines' },
];

function namesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ''))];
}

/** Says who is offered a release, and how many failures halt it. */
@Component({
  selector: 'fm-rollout-dialog',
  imports: [FormDialog, SelectField, TextField],
  template: `
    <fm-form-dialog
      [heading]="'Roll out client ' + release.version"
      action="Roll out"
      actionBusy="Rolling out…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <fm-select-field
        label="Who is offered it"
        [choices]="stages"
        [control]="form.controls.stage"
        [hint]="hint()"
      />
      @if (named()) {
        <fm-text-field
          label="Machines"
          placeholder="PC-0042, PC-0043"
          hint="Host names, with commas or spaces between."
          [control]="form.controls.names"
        />
      }
      <fm-text-field
        label="Halt after"
        inputMode="numeric"
        hint="So many machines that fail with it, or don't come back, halt the rollout by itself."
        [control]="form.controls.haltAfter"
      />
    </fm-form-dialog>
  `,
})
export class RolloutDialog {
  readonly #data = inject<RolloutDialogData>(MAT_DIALOG_DATA);
  protected readonly release = this.#data.release;
  protected readonly stages = stages;
  protected readonly form = new FormGroup({
    stage: new FormControl(String(this.release.percentage ?? 5), { nonNullable: true }),
    names: new FormControl('', {
      nonNullable: true,
      validators: holds(
        (text) => !this.isNamed() || namesOf(text).length > 0,
        'Name at least one machine.',
      ),
    }),
    haltAfter: new FormControl(String(this.release.haltAfter), {
      nonNullable: true,
      validators: holds(
        (text) => /^[1-9]\d{0,2}$|^1000$/.test(text.trim()),
        'Enter a whole number from 1 to 1,000.',
      ),
    }),
  });
  protected readonly submission = submission(this.form);
  readonly #stage = toSignal(this.form.controls.stage.valueChanges, {
    initialValue: this.form.controls.stage.value,
  });
  protected readonly named = computed(() => this.#stage() === MACHINES);
  protected readonly hint = computed(() => {
    if (this.named()) return 'A machine that is offered it fetches it when it is connected.';
    const { eligibleMachines } = this.release;
    const about = Math.round((eligibleMachines * Number(this.#stage())) / 100);
    return `About ${about.toLocaleString('en')} of ${eligibleMachines.toLocaleString('en')} machines that could take it. Raising it later only adds machines.`;
  });

  constructor() {
    this.form.controls.stage.valueChanges.subscribe(() => {
      this.form.controls.names.updateValueAndValidity();
    });
    // One that isn't among the stages: of the API.
    if (!stages.some(({ value }) => value === this.form.controls.stage.value))
      this.form.controls.stage.setValue('5');
  }

  protected readonly send = async (): Promise<void> => {
    const { stage, names, haltAfter: text } = this.form.getRawValue();
    const haltAfter = Number(text);
    if (stage === MACHINES) {
      const machineIds = await this.#data.machinesNamed(namesOf(names));
      await this.#data.rollOut({ to: 'machines', machineIds, haltAfter });
    } else {
      await this.#data.rollOut({ to: 'percentage', percentage: Number(stage), haltAfter });
    }
  };

  private isNamed(): boolean {
    return (this.form as FormGroup | undefined)?.get('stage')?.value === MACHINES;
  }
}
