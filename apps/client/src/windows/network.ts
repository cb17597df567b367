/** How Windows says that a network costs money: reports that can wait do so. */
export type NetworkCost = 'unrestricted' | 'metered' | 'unknown';

/** What the machine's own settings say about proxies, as WinHTTP writes it down. */
export interface WindowsProxySettings {
  /** `proxy:8080`, or `http=a:80;https=b:8080`; several are separated by blanks or `;`. */
  readonly proxies?: string | undefined;
  /** Hosts that are reached without: `*.corp.example;10.*;<local>`. */
  readonly bypass?: string | undefined;
  /** The address of a script (PAC) that says which proxy is for which address. */
  readonly script?: string | undefined;
  /** Where this was found, for people. */
  readonly origin: string;
}

/** The network as Windows knows it. What can't be asked throws `Unavailable`. */
export interface Network {
  /** Calls `listener` after addresses or interfaces have changed, perhaps several times for one change; returns the end. */
  onChange(listener: () => void): () => void;
  /** WinHTTP's settings, and those of the machine's policy; undefined when there are none. */
  proxySettings(): Promise<WindowsProxySettings | undefined>;
  /**
   * Asks a script (PAC) which proxies are for `url`: that of `script`, or the one that the network itself announces
   * (WPAD). Undefined: none is found, or the script says "directly". May take seconds.
   */
  automaticProxy(
    url: string,
    script: string | undefined,
  ): Promise<WindowsProxySettings | undefined>;
  cost(): Promise<NetworkCost>;
}
