import { type DriverInstallation, type DriverUpdate, type DriverUpdates } from '../driver-updates';
import { type Faults } from './faults';

/** Driver updates in memory: what is installed is no longer offered. */
export class SimulatedDriverUpdates implements DriverUpdates {
  /** Specs fill it. */
  readonly offered: (DriverUpdate & { readonly optional?: boolean })[] = [];
  /** HRESULTs of those that can't be installed, by id. */
  readonly failing = new Map<string, number>();
  restartRequired = false;

  constructor(private readonly faults: Faults) {}

  search({ optional }: { readonly optional: boolean }): Promise<readonly DriverUpdate[]> {
    return this.faults.perform('search-drivers', '', () =>
      this.offered.filter((one) => optional || one.optional !== true),
    );
  }

  install(ids: readonly string[]): Promise<DriverInstallation> {
    return this.faults.perform(
      'install-drivers',
      ids.join(' '),
      () => {
        const results = this.offered
          .filter(({ id }) => ids.includes(id))
          .map(({ id }) => {
            const hresult = this.failing.get(id) ?? 0;
            return { id, hresult, installed: hresult === 0 };
          });
        for (const { id } of results.filter(({ installed }) => installed)) {
          this.offered.splice(
            this.offered.findIndex((one) => one.id === id),
            1,
          );
        }
        return { results, restartRequired: this.restartRequired };
      },
      true,
    );
  }
}
