import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { BackupFolder, MachineDetail } from '@fleetmend/dashboard-api';
import { byteWords } from '../../design/byte-words';
import { RelativeTime } from '../../design/relative-time';

/** A folder as the ledger shows it. */
interface Row extends BackupFolder {
  readonly name: string;
  readonly place: string;
  readonly size: string | null;
  /** When it was set aside, or what comes nearest to that. */
  readonly at: string | null;
}

/** Folders of Windows Update that were set aside on the machine: how large, how old, by whom. */
@Component({
  selector: 'fm-machine-backups',
  imports: [DecimalPipe, RelativeTime, RouterLink],
  templateUrl: './machine-backups.html',
  styleUrl: './machine-backups.scss',
})
export class MachineBackups {
  readonly machine = input.required<MachineDetail>();

  protected readonly backups = computed(() => this.machine().inventory?.backups);
  protected readonly rows = computed(() => (this.backups()?.folders ?? []).map(rowOf));
  /** What all of them hold, in words; nothing before one is measured. */
  protected readonly total = computed(() => {
    const known = this.rows().flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
    if (known.length === 0) return null;
    const words = byteWords(known.reduce((sum, bytes) => sum + bytes, 0));
    const all = known.length === this.rows().length && this.backups()?.omitted === undefined;
    return all ? words : `at least ${words}`;
  });
  protected readonly count = computed(() => this.rows().length + (this.backups()?.omitted ?? 0));
}

function rowOf(folder: BackupFolder): Row {
  const end = folder.path.lastIndexOf('\\');
  return {
    ...folder,
    name: folder.path.slice(end + 1),
    place: end < 0 ? '' : folder.path.slice(0, end),
    size: folder.bytes === undefined ? null : byteWords(folder.bytes),
    at: folder.setAsideAt ?? folder.modifiedAt ?? folder.createdAt ?? null,
  };
}
