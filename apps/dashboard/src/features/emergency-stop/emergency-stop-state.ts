import { Injectable, inject } from '@angular/core';
import { emergencyStopSchema } from '@fleetmend/dashboard-api';
import { Api } from '../../api/api';
import { snapshot } from '../../api/snapshot';

const PATH = '/emergency-stop';

/** Whether the emergency stop is on, kept up to date as long as the frame of the pages is shown. */
@Injectable()
export class EmergencyStopState {
  readonly #api = inject(Api);
  readonly #stop = snapshot({
    key: () => null,
    load: (_key, signal) => this.#api.get(PATH, emergencyStopSchema, { signal }),
    affectedBy: ({ lists }) => lists.includes('emergency-stop'),
  });

  /** Null until it is known. */
  readonly value = this.#stop.value;

  /** Turns it on or off, for everybody. Throws `ApiError`. */
  async turn(on: boolean, reason: string): Promise<void> {
    const now = await this.#api.put(PATH, { on, reason }, emergencyStopSchema);
    this.#stop.update(() => now);
    await this.#stop.reload();
  }
}
