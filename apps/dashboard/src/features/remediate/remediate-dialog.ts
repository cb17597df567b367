import { DecimalPipe } from '@angular/common';
import { Component, ElementRef, computed, inject, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { MatRadioButton, MatRadioGroup } from '@angular/material/radio';
import { fingerprintSchema, type Remediation } from '@fleetmend/dashboard-api';
import { mdiAlertCircleOutline, mdiHandBackRightOutline, mdiInformationOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { measuredSentence } from '../effect/effect-words';
import { remedyWord } from '../failures/failure-words';
import { nameWords } from '../run/run-words';
import { PreviewMachines } from './preview-machines';
import type { RemediateRequest } from './remediate-dialogs';
import { REASON_MAX_LENGTH, RemediationDraft } from './remediation-draft';

const EXPIRIES = [
  { hours: 4, word: '4 hours' },
  { hours: 24, word: '1 day' },
  { hours: 72, word: '3 days' },
  { hours: 168, word: '7 days' },
  { hours: 720, word: '30 days' },
];

/** Plans a remediation, shows who is included and why, and has it confirmed. Closes with the remediation it made. */
@Component({
  selector: 'fm-remediate-dialog',
  imports: [
    DecimalPipe,
    Icon,
    LoadState,
    MatButton,
    MatCheckbox,
    MatDialogActions,
    MatDialogContent,
    MatDialogTitle,
    MatRadioButton,
    MatRadioGroup,
    PreviewMachines,
  ],
  providers: [RemediationDraft],
  templateUrl: './remediate-dialog.html',
  styleUrl: './remediate-dialog.scss',
  host: { '(keydown.escape)': 'cancel()' },
})
export class RemediateDialog {
  readonly #dialog = inject<MatDialogRef<RemediateDialog, Remediation>>(MatDialogRef);
  readonly #api = inject(Api);
  protected readonly request = inject<RemediateRequest>(MAT_DIALOG_DATA);
  protected readonly draft = inject(RemediationDraft);
  protected readonly content = viewChild.required<unknown, ElementRef<HTMLElement>>('content', {
    read: ElementRef,
  });

  protected readonly expiries = EXPIRIES;
  protected readonly reasonMaxLength = REASON_MAX_LENGTH;
  protected readonly guardIcon = mdiHandBackRightOutline;
  protected readonly problemIcon = mdiAlertCircleOutline;
  protected readonly infoIcon = mdiInformationOutline;

  protected readonly target = computed(() => {
    const { selection, fingerprint } = this.request;
    if (selection.type === 'machines') {
      const count = selection.machineIds.length;
      return `${count.toLocaleString('en')} selected ${count === 1 ? 'machine' : 'machines'}`;
    }
    const except = selection.except.length;
    const all =
      fingerprint === undefined ? 'All machines that match' : 'All machines on which it is open';
    return except === 0 ? all : `${all}, without ${except.toLocaleString('en')}`;
  });

  /** The button that starts it names what is done, and on how many machines. */
  protected readonly startWords = computed(() => {
    const count = this.draft.preview()?.included ?? 0;
    const machines = `${count.toLocaleString('en')} ${count === 1 ? 'machine' : 'machines'}`;
    const title = this.draft.playbook()?.title ?? '';
    return this.draft.mode() === 'dry-run' ? `Dry run on ${machines}` : `${title} on ${machines}`;
  });

  protected readonly remedies = computed(() =>
    (this.draft.preview()?.guard?.betterRemedies ?? []).flatMap((name) => remedyWord(name) ?? []),
  );
  protected readonly excludedCount = computed(() =>
    (this.draft.preview()?.excluded ?? []).reduce((sum, { machines }) => sum + machines, 0),
  );

  /** The failure that is to be mended, for what own runs say about playbooks against it. */
  readonly #failure = snapshot({
    key: () => this.request.fingerprint?.id ?? null,
    load: async (id, signal) =>
      id === null
        ? null
        : this.#api.get(apiPath('fingerprints', id), fingerprintSchema, { signal }),
    affectedBy: () => false,
  });
  /** By playbook; there is nothing to say where nothing was decided. */
  protected readonly results = computed((): Readonly<Record<string, string>> =>
    Object.fromEntries(
      (this.#failure.value()?.proposals ?? []).flatMap(({ playbook, measured, discouraged }) =>
        measured === null
          ? []
          : [
              [
                playbook,
                `${discouraged ? 'It has proven not to help here. ' : ''}${measuredSentence(measured)}`,
              ],
            ],
      ),
    ),
  );

  constructor() {
    this.draft.begin(this.request);
  }

  protected readonly nameWords = nameWords;

  protected async review(): Promise<void> {
    await this.draft.review();
    this.#toTop();
  }

  protected back(): void {
    this.draft.back();
    this.#toTop();
  }

  /** Closes without starting; not while the answer to the start is awaited, since then it may be started already. */
  protected cancel(): void {
    if (this.draft.busy() !== 'start') this.#dialog.close();
  }

  protected async start(): Promise<void> {
    const made = await this.draft.start();
    if (made !== null) this.#dialog.close(made);
    else this.#toTop();
  }

  #toTop(): void {
    const content = this.content().nativeElement;
    content.scrollTop = 0;
    content.focus();
  }
}
