/** How Windows finds its component store, by what earlier checks have flagged. */
export type ComponentStoreHealth = 'healthy' | 'repairable' | 'non-repairable';

/** The store that Windows installs its updates from (WinSxS). */
export interface ComponentStore {
  /** Throws `Unavailable` where Windows can't be asked. Takes seconds. */
  health(): Promise<ComponentStoreHealth>;
}
