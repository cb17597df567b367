/** The server's time, as far as steps ask for it. */
export interface ServerTime {
  /** By how much this machine's clock is behind the server's, in milliseconds; undefined while the server never told. */
  offsetMs(): number | undefined;
  /** Whether it came over TLS: anybody in the network can say a time in plain HTTP. */
  readonly isAuthenticated: boolean;
}

/** Where there is no connection: a playbook that somebody carries out at the machine. */
export const NO_SERVER_TIME: ServerTime = { offsetMs: () => undefined, isAuthenticated: false };
