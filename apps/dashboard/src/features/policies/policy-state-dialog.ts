import { Component, computed, inject } from '@angular/core';
import { FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { Policy, PolicyStateRequest } from '@fleetmend/dashboard-api';
import type { PolicyState } from '@fleetmend/domain';
import { FormDialog } from '../../design/form-dialog';
import { submission } from '../../design/submission';
import { reasonControl } from '../campaign/reason-control';
import { ReasonField } from '../campaign/reason-field';
import { machinesWords } from './policy-words';

export interface PolicyStateDialogData {
  readonly policy: Policy;
  readonly to: PolicyState;
  readonly move: (request: PolicyStateRequest) => Promise<unknown>;
}

const WORDS: Readonly<Record<PolicyState, { readonly heading: string; readonly action: string }>> =
  {
    off: { heading: 'Switch it off?', action: 'Switch off' },
    rehearsing: { heading: 'Let it rehearse?', action: 'Rehearse' },
    on: { heading: 'Switch it on?', action: 'Switch on' },
  };

/** Asks why a policy is switched, and says what that means. */
@Component({
  selector: 'fm-policy-state-dialog',
  imports: [FormDialog, ReasonField],
  template: `
    <fm-form-dialog
      [heading]="words.heading"
      [action]="words.action"
      actionBusy="Switching…"
      [danger]="data.to === 'on'"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <p>{{ consequence() }}</p>
      <fm-reason-field [control]="form.controls.reason" />
    </fm-form-dialog>
  `,
})
export class PolicyStateDialog {
  protected readonly data = inject<PolicyStateDialogData>(MAT_DIALOG_DATA);
  protected readonly words = WORDS[this.data.to];
  protected readonly form = new FormGroup({ reason: reasonControl(false) });
  protected readonly submission = submission(this.form);
  protected readonly consequence = computed(() => {
    const { policy, to } = this.data;
    if (to === 'off') {
      return 'No machine is begun with any more, and orders that no machine has fetched are cancelled. Machines that have begun go on to their end.';
    }
    if (to === 'rehearsing') {
      return 'It writes down every minute whom it would begin with, and does nothing. What it wrote before is forgotten.';
    }
    return `So far it would have begun with ${machinesWords(policy.rehearsed)}. From now on it begins by itself with up to ${machinesWords(policy.dailyLimit)} a day. Three hard errors among its last five runs switch it off.`;
  });

  protected readonly send = async (): Promise<void> => {
    const { policy, to } = this.data;
    await this.data.move({
      state: to,
      reason: this.form.controls.reason.value.trim(),
      seenRehearsalAt: to === 'on' ? policy.rehearsedAt : null,
    });
  };
}
