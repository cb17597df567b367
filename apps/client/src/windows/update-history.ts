/** An entry of Windows' update history, as IUpdateHistoryEntry has it. What it doesn't say is undefined. */
export interface UpdateHistoryEntry {
  /** 1 installation, 2 removal. */
  readonly operation: number | undefined;
  /** 0 not started, 1 in progress, 2 succeeded, 3 succeeded with errors, 4 failed, 5 aborted. */
  readonly resultCode: number | undefined;
  /** Signed, 32 bits. */
  readonly hresult: number | undefined;
  /** The installer's own code, signed, 32 bits. */
  readonly unmappedResultCode: number | undefined;
  readonly date: Date | undefined;
  readonly title: string | undefined;
  readonly updateId: string | undefined;
  readonly revision: number | undefined;
  readonly clientApplicationId: string | undefined;
  /** 0 default, 1 managed (WSUS), 2 Windows Update, 3 another service: see `serviceId`. */
  readonly serverSelection: number | undefined;
  readonly serviceId: string | undefined;
}

/** The history that Windows Update keeps in its data store; a reset empties it. */
export interface UpdateHistory {
  /** `count` entries at most, from the `start`-th newest on. Throws `Unavailable` where it can't be asked. */
  entries(start: number, count: number): Promise<readonly UpdateHistoryEntry[]>;
}
