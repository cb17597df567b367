import { type Network, type NetworkCost, type WindowsProxySettings } from '../network';
import { type Faults } from './faults';

/** A network that changes, and has proxies, when a spec wants it to. */
export class SimulatedNetwork implements Network {
  settings: WindowsProxySettings | undefined;
  announced: WindowsProxySettings | undefined;
  costs: NetworkCost = 'unrestricted';
  private readonly listeners = new Set<() => void>();

  constructor(private readonly faults: Faults) {}

  /** A cable is pulled, a wireless network is joined … */
  change(): void {
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  proxySettings(): Promise<WindowsProxySettings | undefined> {
    return this.faults.perform('proxy', 'settings', () => this.settings);
  }

  automaticProxy(): Promise<WindowsProxySettings | undefined> {
    return this.faults.perform('proxy', 'automatic', () => this.announced);
  }

  cost(): Promise<NetworkCost> {
    return this.faults.perform('network-cost', '', () => this.costs);
  }
}
