import { Component, inject } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { type LabelsRequest, type Selection, siteSchema } from '@fleetmend/dashboard-api';
import { fits } from '../../design/contract-validator';
import { FormDialog } from '../../design/form-dialog';
import { type Choice, SelectField } from '../../design/select-field';
import { submission } from '../../design/submission';
import { TextField } from '../../design/text-field';
import { holdsTags, tagsOf } from './tag-words';

export interface LabelDialogData {
  readonly selection: Selection;
  /** How many machines are selected. */
  readonly machines: number;
  /** Sites that there are. */
  readonly sites: readonly string[];
  readonly change: (request: LabelsRequest) => Promise<void>;
}

const siteChoices: readonly Choice[] = [
  { value: 'keep', name: 'Leave as it is' },
  { value: 'set', name: 'Set to…' },
  { value: 'clear', name: 'Take away' },
];

/** Adds tags to many machines, removes some, and sets their site. */
@Component({
  selector: 'fm-label-dialog',
  imports: [FormDialog, SelectField, TextField],
  template: `
    <fm-form-dialog
      [heading]="heading"
      action="Label"
      actionBusy="Labelling…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <fm-text-field
        label="Add tags"
        placeholder="vip ring:1"
        hint="Words, with blanks or commas between them."
        [required]="false"
        [control]="form.controls.addTags"
      />
      <fm-text-field label="Remove tags" [required]="false" [control]="form.controls.removeTags" />
      <fm-select-field label="Site" [choices]="choices" [control]="form.controls.siteChange" />
      @if (siteChange() === 'set') {
        <fm-text-field
          label="Name of the site"
          placeholder="Rotterdam"
          [suggestions]="data.sites"
          [control]="form.controls.site"
        />
      }
    </fm-form-dialog>
  `,
})
export class LabelDialog {
  protected readonly data = inject<LabelDialogData>(MAT_DIALOG_DATA);
  protected readonly choices = siteChoices;
  protected readonly heading = `Label ${
    this.data.machines === 1 ? '1 machine' : `${this.data.machines.toLocaleString('en')} machines`
  }`;
  protected readonly form = new FormGroup({
    addTags: new FormControl('', { nonNullable: true, validators: holdsTags }),
    removeTags: new FormControl('', { nonNullable: true, validators: holdsTags }),
    siteChange: new FormControl('keep', { nonNullable: true }),
    site: new FormControl(
      { value: '', disabled: true },
      {
        nonNullable: true,
        validators: fits(siteSchema, 'Enter a name of up to 100 characters.'),
      },
    ),
  });
  protected readonly siteChange = toSignal(this.form.controls.siteChange.valueChanges, {
    initialValue: 'keep',
  });
  protected readonly submission = submission(this.form);

  constructor() {
    const { siteChange, site } = this.form.controls;
    siteChange.valueChanges.pipe(takeUntilDestroyed()).subscribe((change) => {
      if (change === 'set') site.enable();
      else site.disable();
    });
  }

  protected readonly send = async (): Promise<void> => {
    const { addTags, removeTags, siteChange, site } = this.form.getRawValue();
    await this.data.change({
      selection: this.data.selection,
      ...(addTags.trim() === '' ? {} : { addTags: tagsOf(addTags) }),
      ...(removeTags.trim() === '' ? {} : { removeTags: tagsOf(removeTags) }),
      ...(siteChange === 'keep' ? {} : { site: siteChange === 'set' ? site.trim() : null }),
    });
  };
}
