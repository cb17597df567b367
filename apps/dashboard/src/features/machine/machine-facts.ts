import { Component, computed, input } from '@angular/core';
import type { MachineDetail, MachineInventory } from '@fleetmend/dashboard-api';
import { LITTLE_DISK_BYTES, restartReason, settingAuthor } from '@fleetmend/domain';
import { byteWords } from '../../design/byte-words';
import { RelativeTime } from '../../design/relative-time';
import { ClientUpdateState } from '../client-updates/client-update-state';
import { clockWords, joinWords, sourceWords, timeSourceWords } from './machine-words';

/** What a machine says of itself; old clients know less of it. */
@Component({
  selector: 'fm-machine-facts',
  imports: [ClientUpdateState, RelativeTime],
  templateUrl: './machine-facts.html',
  styleUrl: './machine-facts.scss',
})
export class MachineFacts {
  readonly machine = input.required<MachineDetail>();

  protected readonly inventory = computed(() => this.machine().inventory);
  protected readonly os = computed(() => {
    const os = this.inventory()?.os;
    if (os === undefined) return null;
    const revision = os.revision === undefined ? '' : `.${os.revision}`;
    return `${os.name}, build ${os.build}${revision}, ${os.architecture}`;
  });
  protected readonly edition = computed(() => {
    const { edition, installationType } = this.inventory()?.os ?? {};
    // "Client" goes without saying.
    const parts = [edition, installationType === 'Client' ? undefined : installationType];
    return parts.filter((part) => part !== undefined).join(', ');
  });
  protected readonly model = computed(() => {
    const { manufacturer, model, family } = this.inventory()?.hardware ?? {};
    const name = [manufacturer, model].filter((part) => part !== undefined).join(' ');
    return { name, family: family !== undefined && !name.includes(family) ? family : null };
  });
  protected readonly join = computed(() => joinWords(this.inventory()));
  protected readonly space = computed(() => {
    const bytes = this.machine().freeSystemDiskBytes;
    return bytes === null ? null : { words: byteWords(bytes), little: bytes < LITTLE_DISK_BYTES };
  });
  protected readonly restart = computed(() => {
    const restart = this.inventory()?.pendingRestart;
    return restart && { ...restart, reasons: restart.reasons.map(restartReason) };
  });
  protected readonly source = computed(() => sourceWords(this.inventory()));
  protected readonly settings = computed(() =>
    (this.inventory()?.updatePolicy?.settings ?? []).map(({ name, value, from }) => ({
      ...{ name, value },
      author: settingAuthor(from),
    })),
  );
  protected readonly clock = computed(() => clockWords(this.inventory()?.clockOffsetMs));
  protected readonly timeSource = computed(() => timeSourceWords(this.inventory()?.timeSource));
  protected readonly clientState = computed(() => clientWords(this.inventory()?.client));
}

/** How the client is, in lines. */
function clientWords(client: MachineInventory['client']): string[] {
  const { waitingReports = 0, rejectedReports = 0, dataBytes, unexpectedEnds = 0 } = client ?? {};
  const reports = (count: number) => (count === 1 ? '1 report' : `${count} reports`);
  return [
    ...(waitingReports > 0 ? [`${reports(waitingReports)} not sent yet`] : []),
    ...(rejectedReports > 0 ? [`${reports(rejectedReports)} refused`] : []),
    ...(unexpectedEnds > 0
      ? [`Ended unexpectedly ${unexpectedEnds === 1 ? 'once' : `${unexpectedEnds} times`}`]
      : []),
    ...(dataBytes === undefined ? [] : [`${byteWords(dataBytes)} on the disk`]),
  ];
}
