/** Bytes that only this machine can read again. Calls are short and synchronous, so that they fit into transactions. */
export interface Secrets {
  /**
   * Closes `plain` for this machine: DPAPI with the machine's key. `entropy` must be the same at opening; whoever lacks
   * it can't open, on this machine either. Throws {@link WindowsError}.
   */
  protect(plain: Uint8Array, entropy: Uint8Array): Uint8Array;
  /** Throws {@link WindowsError} when another machine closed it, with other entropy, or when it was changed. */
  unprotect(closed: Uint8Array, entropy: Uint8Array): Uint8Array;
}
