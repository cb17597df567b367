import { type Windows } from '../windows';
import { Bridge } from './bridge';
import { NativeComponentStore } from './native-component-store';
import { NativeDirectories } from './native-directories';
import { NativeDriverUpdates } from './native-driver-updates';
import { NativeEventLog } from './native-event-log';
import { NativeMachine } from './native-machine';
import { NativePower } from './native-power';
import { NativeNetwork } from './native-network';
import { nativeProtection } from './native-protection';
import { NativeRegistry } from './native-registry';
import { NativeSecrets } from './native-secrets';
import { NativeServices } from './native-services';
import { NativeSessions } from './native-sessions';
import { NativeSystemClock } from './native-system-clock';
import { NativeTools } from './native-tools';
import { NativeUpdateAgent } from './native-update-agent';
import { NativeUpdateHistory } from './native-update-history';
import { NativeWatchdog } from './native-watchdog';

/** The Windows that this program runs on. Throws on other systems. */
export function nativeWindows(): Windows {
  const bridge = Bridge.open();
  const services = new NativeServices(bridge);
  const registry = new NativeRegistry(bridge);
  const directories = new NativeDirectories(bridge);
  const machine = new NativeMachine(bridge, registry, directories);
  return {
    services,
    registry,
    directories,
    machine,
    network: new NativeNetwork(bridge, registry),
    secrets: new NativeSecrets(bridge),
    protection: nativeProtection(bridge),
    watchdog: new NativeWatchdog(bridge),
    eventLog: new NativeEventLog(bridge),
    updateAgent: new NativeUpdateAgent(bridge, machine.windowsDirectory),
    power: new NativePower(bridge),
    sessions: new NativeSessions(bridge),
    systemClock: new NativeSystemClock(bridge),
    updateHistory: new NativeUpdateHistory(bridge),
    tools: new NativeTools(machine.windowsDirectory),
    driverUpdates: new NativeDriverUpdates(bridge),
    componentStore: new NativeComponentStore(bridge),
  };
}
