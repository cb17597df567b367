import { Injectable, inject, signal } from '@angular/core';
import { PlanPreview } from './plan-preview';

/** The host names of machines that the plan has by their ids: learnt when they were added, or from the preview. */
@Injectable()
export class MachineNames {
  readonly #preview = inject(PlanPreview);
  readonly #learnt = signal<ReadonlyMap<string, string>>(new Map());

  learn(machines: readonly { readonly machineId: string; readonly hostname: string }[]): void {
    this.#learnt.update(
      (known) =>
        new Map([...known, ...machines.map((each) => [each.machineId, each.hostname] as const)]),
    );
  }

  /** The name, or the beginning of the id as long as none is known. */
  of(id: string): string {
    const told = this.#preview.value()?.machines.find(({ machineId }) => machineId === id);
    return told?.hostname ?? this.#learnt().get(id) ?? `${id.slice(0, 8)}…`;
  }
}
