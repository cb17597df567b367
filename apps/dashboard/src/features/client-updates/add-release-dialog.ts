import { Component, inject, signal } from '@angular/core';
import { FormControl, FormGroup } from '@angular/forms';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { byteWords } from '../../design/byte-words';
import { elementId } from '../../design/control-problem';
import { FormDialog } from '../../design/form-dialog';
import { submission } from '../../design/submission';

export interface AddReleaseDialogData {
  readonly add: (manifest: string, executable: Blob) => Promise<void>;
}

/** Larger files are no manifest, and are not read. */
const MANIFEST_BYTES = 10_000;

/** Takes the two files that a publisher makes: the executable, and the manifest that was signed for it. */
@Component({
  selector: 'fm-add-release-dialog',
  imports: [FormDialog],
  template: `
    <fm-form-dialog
      heading="Add a release"
      action="Upload"
      actionBusy="Uploading…"
      [form]="form"
      [submission]="submission"
      [send]="send"
    >
      <p class="fm-muted">
        Only its publisher can make a release: <code>npm run release:sign</code> writes the manifest
        with a key that this server never has. Clients that were built for that key check it again.
      </p>
      <div class="fm-field">
        <label [for]="id + '-executable'">Executable</label>
        <input
          class="fm-input"
          type="file"
          accept=".exe"
          required
          [id]="id + '-executable'"
          [attr.aria-describedby]="id + '-size'"
          (change)="choose(executable, $event)"
        />
        <p class="fm-hint" [id]="id + '-size'">
          {{ executable() === null ? 'fleetmend-client.exe' : size(executable()) }}
        </p>
      </div>
      <div class="fm-field">
        <label [for]="id + '-manifest'">Manifest</label>
        <input
          class="fm-input"
          type="file"
          accept=".release"
          required
          [id]="id + '-manifest'"
          [attr.aria-describedby]="id + '-beside'"
          (change)="choose(manifest, $event)"
        />
        <p class="fm-hint" [id]="id + '-beside'">fleetmend-client.exe.release, beside it</p>
      </div>
    </fm-form-dialog>
  `,
  styles: `
    input[type='file'] {
      padding: 7px;
    }
  `,
})
export class AddReleaseDialog {
  readonly #data = inject<AddReleaseDialogData>(MAT_DIALOG_DATA);
  protected readonly id = elementId();
  protected readonly executable = signal<File | null>(null);
  protected readonly manifest = signal<File | null>(null);
  /** Files can't be held by a form control: only whether both are there. */
  protected readonly form = new FormGroup({ complete: new FormControl(true) });
  protected readonly submission = submission(this.form);

  protected readonly send = async (): Promise<void> => {
    const [executable, manifest] = [this.executable(), this.manifest()];
    if (executable === null || manifest === null) throw new Error('Choose both files.');
    if (manifest.size > MANIFEST_BYTES) throw new Error('The second file is no manifest.');
    await this.#data.add((await manifest.text()).trim(), executable);
  };

  protected choose(into: typeof this.executable, event: Event): void {
    into.set((event.target as HTMLInputElement).files?.[0] ?? null);
  }

  protected size(file: File | null): string {
    return file === null ? '' : byteWords(file.size);
  }
}
