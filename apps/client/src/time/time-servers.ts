/** Time servers in the network, asked for a measurement. */
export interface TimeServers {
  /** By how much this machine's clock is behind that of `host`, in milliseconds. Rejects when it gives no answer. */
  offsetMs(host: string): Promise<number>;
}
