/** How a restart is to be done. */
export interface RestartRequest {
  /** Shown to whoever is signed in. */
  readonly message: string;
  /** Until then it can be called off: by {@link Power.cancelRestart}, or by a user with `shutdown /a`. */
  readonly graceSeconds: number;
}

/** The machine's start and restart. */
export interface Power {
  /**
   * Another one after every restart, and the same until then: made when it is asked for first, and forgotten by Windows
   * when it ends. No clock that is set changes it. Throws {@link Unavailable}.
   */
  bootId(): Promise<string>;
  /**
   * Has Windows restart, planned, closing programs that don't. Resolves when Windows took it, also when a restart is
   * under way already. Throws {@link WindowsError}.
   */
  requestRestart(request: RestartRequest): Promise<void>;
  /** Calls a restart off whose grace isn't over; resolves with whether there was one. Throws {@link WindowsError}. */
  cancelRestart(): Promise<boolean>;
}
