import { type Log } from '../log';
import { type State } from '../state/state';
import { type Vault } from '../state/vault';
import { type Network, type WindowsProxySettings } from '../windows/network';
import { isBypassed, type Proxy, type ProxyCredentials, proxyOf, windowsProxies } from './proxy';
import { Route } from './route';
import { readProxyCredentials, readRouteSettings, type RouteSettings } from './route-settings';
import { isLoopback } from './server-url';

/** What the environment says about proxies, as most programs understand it. */
export interface EnvironmentProxies {
  readonly httpsProxy?: string | undefined;
  readonly httpProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

export interface RouteFinderParts {
  /** What an administrator has set. */
  readonly settings: () => RouteSettings;
  /** Throws when those that are kept can't be opened. */
  readonly credentials: () => ProxyCredentials | undefined;
  readonly network: Network;
  readonly environment: EnvironmentProxies | undefined;
  readonly log: Log;
}

/** The ways of a client whose settings stand in its state. */
export function routesFrom(place: {
  readonly state: State;
  readonly vault: Vault;
  readonly network: Network;
  readonly environment: EnvironmentProxies | undefined;
  readonly log: Log;
}): RouteFinder {
  const { state, vault } = place;
  return new RouteFinder({
    ...place,
    settings: () => readRouteSettings(state),
    credentials: () => readProxyCredentials(state, vault),
  });
}

/**
 * Finds the ways to the server, anew for each attempt: a machine moves between networks. What an administrator has set
 * for the client counts first, then what Windows says (WinHTTP, policy, script), then the environment; and when nobody
 * says anything and the direct way fails, what the network itself announces (WPAD).
 */
export class RouteFinder {
  private told = '';

  constructor(private readonly parts: RouteFinderParts) {}

  /**
   * At least one way: whoever fails tries the next one, and begins anew after the last. `failed`: the direct way is
   * known not to work, so it is worth the time to ask the network.
   */
  async waysTo(server: string, failed: boolean): Promise<readonly Route[]> {
    const { proxy, authorities } = this.parts.settings();
    const proxies = await this.proxiesFor(new URL(server), proxy, failed);
    return proxies.map((one) => new Route(server, one, authorities));
  }

  private async proxiesFor(
    server: URL,
    setting: string,
    failed: boolean,
  ): Promise<readonly (Proxy | undefined)[]> {
    if (setting === 'none') return [undefined];
    if (setting !== 'system') return [this.withCredentials(proxyOf(setting, 'set for the client'))];
    // No proxy leads back to this machine itself.
    if (isLoopback(server.hostname)) return [undefined];
    const told = await this.windowsSays(server);
    if (told) return told;
    const own = this.environmentSays(server);
    if (own) return own;
    const announced = failed ? await this.automatic(server, undefined) : [];
    return [undefined, ...announced];
  }

  private async windowsSays(server: URL): Promise<readonly (Proxy | undefined)[] | undefined> {
    const settings = await this.attempt(() => this.parts.network.proxySettings());
    if (!settings) return undefined;
    if (settings.script !== undefined) {
      const found = await this.automatic(server, settings.script);
      if (found.length > 0) return found;
    }
    if (settings.proxies === undefined) return undefined;
    return this.chosen(settings, server);
  }

  private environmentSays(server: URL): readonly (Proxy | undefined)[] | undefined {
    const { httpsProxy, httpProxy, noProxy = '' } = this.parts.environment ?? {};
    const text = server.protocol === 'https:' ? httpsProxy : httpProxy;
    if (text === undefined || text === '') return undefined;
    if (isBypassed(server, noProxy)) return [undefined];
    try {
      return [this.withCredentials(proxyOf(text, 'from the environment'))];
    } catch (error) {
      this.tellOnce('The proxy of the environment is not used.', error);
      return undefined;
    }
  }

  private async automatic(server: URL, script: string | undefined): Promise<readonly Proxy[]> {
    const found = await this.attempt(() => this.parts.network.automaticProxy(server.href, script));
    return found ? this.chosen(found, server).filter((one) => one !== undefined) : [];
  }

  private chosen(
    { proxies = '', bypass = '', origin }: WindowsProxySettings,
    server: URL,
  ): readonly (Proxy | undefined)[] {
    if (isBypassed(server, bypass)) return [undefined];
    const usable = windowsProxies(proxies, server.protocol, origin);
    return usable.length > 0 ? usable.map((one) => this.withCredentials(one)) : [undefined];
  }

  /** Windows knows no user and password for a proxy; those that are set for the client are for whichever it is. */
  private withCredentials(proxy: Proxy): Proxy {
    if (proxy.credentials) return proxy;
    try {
      return { ...proxy, credentials: this.parts.credentials() };
    } catch (error) {
      this.tellOnce('The credentials of the proxy are not used.', error);
      return proxy;
    }
  }

  private async attempt<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.tellOnce("Windows' own proxy settings can't be asked.", error);
      return undefined;
    }
  }

  /** The same trouble comes with every attempt. */
  private tellOnce(message: string, error: unknown): void {
    const whole = `${message} ${String(error)}`;
    if (whole === this.told) return;
    this.told = whole;
    this.parts.log.warn(message, { error });
  }
}
