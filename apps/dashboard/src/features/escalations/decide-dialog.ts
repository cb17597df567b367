import { Component, computed, inject } from '@angular/core';
import { FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { EscalationDecision } from '@fleetmend/dashboard-api';
import { FormDialog } from '../../design/form-dialog';
import { submission } from '../../design/submission';
import { reasonControl } from '../campaign/reason-control';
import { ReasonField } from '../campaign/reason-field';

export interface DecideDialogData {
  readonly decision: EscalationDecision['decision'];
  /** How many it is about. */
  readonly count: number;
  /** What is proposed, as the end of a sentence; null where there are several things. */
  readonly what: string | null;
  readonly decide: (reason: string) => Promise<void>;
}

const VERBS = { approve: 'Approve', dismiss: 'Dismiss', settle: 'Settle' } as const;
const BUSY = { approve: 'Approving…', dismiss: 'Dismissing…', settle: 'Settling…' } as const;

/** Asks why something is decided about proposals, and says what that means. */
@Component({
  selector: 'fm-decide-dialog',
  imports: [FormDialog, ReasonField],
  template: `
    <fm-form-dialog
      [heading]="heading()"
      [action]="verbs[data.decision]"
      [actionBusy]="busy[data.decision]"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <p>{{ consequence() }}</p>
      <fm-reason-field [control]="form.controls.reason" />
    </fm-form-dialog>
  `,
})
export class DecideDialog {
  protected readonly data = inject<DecideDialogData>(MAT_DIALOG_DATA);
  protected readonly verbs = VERBS;
  protected readonly busy = BUSY;
  protected readonly form = new FormGroup({ reason: reasonControl(false) });
  protected readonly submission = submission(this.form);

  readonly #machines = computed(() =>
    this.data.count === 1 ? '1 machine' : `${this.data.count.toLocaleString('en')} machines`,
  );
  protected readonly heading = computed(
    () => `${VERBS[this.data.decision]} for ${this.#machines()}?`,
  );
  protected readonly consequence = computed(() => {
    const { decision, what } = this.data;
    if (decision === 'dismiss') return 'Nothing is done. The next run that ends badly asks anew.';
    if (decision === 'settle') return 'Somebody has taken care of it.';
    const does = what === null ? 'What is proposed is done' : `This will ${what}`;
    return `${does}. Machines that are busy or offline get their order as soon as they can.`;
  });

  protected readonly send = (): Promise<void> =>
    this.data.decide(this.form.controls.reason.value.trim());
}
