/** The clock of the machine. */
export interface SystemClock {
  /** Sets it. Throws {@link WindowsError}, also when the account may not. */
  set(time: Date): Promise<void>;
}
