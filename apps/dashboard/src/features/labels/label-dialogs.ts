import { Injectable, inject } from '@angular/core';
import { type ComponentType } from '@angular/cdk/portal';
import { MatDialog } from '@angular/material/dialog';
import {
  type LabelsAnswer,
  type LabelsRequest,
  type Machine,
  labelsAnswerSchema,
  machineFacetsSchema,
} from '@fleetmend/dashboard-api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../../api/api';
import { Notices } from '../../design/notices';
import { LabelDialog, type LabelDialogData } from './label-dialog';
import { MachineLabelsDialog, type MachineLabelsDialogData } from './machine-labels-dialog';

/** Opens the dialogs that change sites and tags. */
@Injectable({ providedIn: 'root' })
export class LabelDialogs {
  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);
  readonly #notices = inject(Notices);

  /** Labels many machines; whether something was changed. */
  async open(data: Omit<LabelDialogData, 'change'>): Promise<boolean> {
    const answer = await this.#ask<LabelDialogData>(LabelDialog, data);
    if (answer === undefined) return false;
    const number = answer.changed.toLocaleString('en');
    this.#notices.tell(
      answer.changed === 0
        ? 'Nothing had to be changed.'
        : `${number} ${answer.changed === 1 ? 'machine' : 'machines'} labelled.`,
    );
    return answer.changed > 0;
  }

  /** Changes the labels of one machine; whether something was changed. */
  async openMachine(machine: Machine): Promise<boolean> {
    // Only to offer them: without them the dialog is as good.
    const facets = await this.#api.get('/machines/facets', machineFacetsSchema).catch(() => null);
    const sites = (facets?.sites ?? []).map(({ name }) => name);
    const data = { machine, sites };
    const answer = await this.#ask<MachineLabelsDialogData>(MachineLabelsDialog, data);
    return answer !== undefined && answer.changed > 0;
  }

  async #ask<D extends { readonly change: (request: LabelsRequest) => Promise<void> }>(
    component: ComponentType<unknown>,
    data: Omit<D, 'change'>,
  ): Promise<LabelsAnswer | undefined> {
    let answer: LabelsAnswer | undefined;
    const change = async (request: LabelsRequest): Promise<void> => {
      answer = await this.#api.post('/machines/labels', request, labelsAnswerSchema);
    };
    const dialog = this.#dialog.open(component, { data: { ...data, change }, width: '520px' });
    await firstValueFrom(dialog.afterClosed(), { defaultValue: undefined });
    return answer;
  }
}
