import { Component, computed, input } from '@angular/core';
import type { MachineDetail } from '@fleetmend/dashboard-api';
import { byteWords } from '../../design/byte-words';
import { RelativeTime } from '../../design/relative-time';
import { ClientUpdateState } from '../client-updates/client-update-state';

/** Below this an update may not find the room it needs. */
const LITTLE_SPACE = 10 * 1024 ** 3;

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
  protected readonly space = computed(() => {
    const bytes = this.machine().freeSystemDiskBytes;
    return bytes === null ? null : { words: byteWords(bytes), little: bytes < LITTLE_SPACE };
  });
  protected readonly policy = computed(() => {
    const policy = this.inventory()?.updatePolicy;
    if (policy === undefined) return [];
    return [
      policy.wsusServer === undefined ? 'Updates from Microsoft' : `WSUS ${policy.wsusServer}`,
      ...(policy.automaticUpdatesDisabled ? ['Automatic updates are off'] : []),
      ...(policy.updateAccessDisabled ? ['Access to updates is forbidden'] : []),
    ];
  });
}
