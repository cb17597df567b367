import { Component, inject } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { type LabelsRequest, type Machine, siteSchema } from '@fleetmend/dashboard-api';
import { holds } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { holdsTags, tagsOf } from './tag-words';

export interface MachineLabelsDialogData {
  readonly machine: Machine;
  /** Sites that there are. */
  readonly sites: readonly string[];
  readonly change: (request: LabelsRequest) => Promise<void>;
}

/** Changes site and tags of one machine. */
@Component({
  selector: 'fm-machine-labels-dialog',
  imports: [FormDialog, TextField],
  template: `
    <fm-form-dialog
      [heading]="'Site and tags of ' + data.machine.hostname"
      action="Save"
      actionBusy="Saving…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <fm-text-field
        label="Site"
        placeholder="None"
        [required]="false"
        [suggestions]="data.sites"
        [control]="form.controls.site"
      />
      <fm-text-field
        label="Tags"
        placeholder="vip ring:1"
        hint="Words, with blanks or commas between them."
        [required]="false"
        [control]="form.controls.addTags"
      />
    </fm-form-dialog>
  `,
})
export class MachineLabelsDialog {
  protected readonly data = inject<MachineLabelsDialogData>(MAT_DIALOG_DATA);
  protected readonly form = new FormGroup({
    site: new FormControl(this.data.machine.site ?? '', {
      nonNullable: true,
      validators: holds(
        (text) => text.trim() === '' || siteSchema.safeParse(text).success,
        'A site has a name of up to 100 characters.',
      ),
    }),
    // Under the name by which the server tells of a mistake in it.
    addTags: new FormControl(this.data.machine.tags.join(' '), {
      nonNullable: true,
      validators: holdsTags,
    }),
  });
  protected readonly submission = submission(this.form);

  protected readonly send = async (): Promise<void> => {
    const { machine } = this.data;
    const tags = tagsOf(this.form.controls.addTags.value);
    const site = this.form.controls.site.value.trim();
    const addTags = tags.filter((tag) => !machine.tags.includes(tag));
    const removeTags = machine.tags.filter((tag) => !tags.includes(tag));
    const siteChanged = site !== (machine.site ?? '');
    if (addTags.length + removeTags.length === 0 && !siteChanged) return;
    await this.data.change({
      selection: { type: 'machines', machineIds: [machine.id] },
      ...(addTags.length > 0 && { addTags }),
      ...(removeTags.length > 0 && { removeTags }),
      ...(siteChanged && { site: site === '' ? null : site }),
    });
  };
}
