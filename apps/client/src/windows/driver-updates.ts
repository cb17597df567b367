/** A driver that Windows Update offers for this machine. */
export interface DriverUpdate {
  /** The update's id, lower case, no braces. */
  readonly id: string;
  readonly title: string;
  readonly driverClass?: string | undefined;
  /** The device's problem code (CM_PROB_…); 0 when it works. */
  readonly problem: number;
  /** Somebody would have to answer questions: such drivers are never installed unattended. */
  readonly needsInput: boolean;
}

/** What became of one driver. `hresult` unsigned; 0 when all went well. */
export interface DriverResult {
  readonly id: string;
  readonly installed: boolean;
  readonly hresult: number;
}

export interface DriverInstallation {
  readonly results: readonly DriverResult[];
  readonly restartRequired: boolean;
}

/** Driver updates through Windows Update, from the source that its policies allow. Both calls take minutes. */
export interface DriverUpdates {
  /** Throws `Unavailable`, and `WindowsError` with the HRESULT of a search that failed. */
  search(options: { readonly optional: boolean }): Promise<readonly DriverUpdate[]>;
  /**
   * Downloads and installs those of `ids` that are offered. Throws as {@link search} does. It can't be ended: Windows
   * goes on when the client has gone.
   */
  install(
    ids: readonly string[],
    options: { readonly optional: boolean },
  ): Promise<DriverInstallation>;
}
