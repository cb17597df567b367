import { mkdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type MachineHints } from '@fleetmend/domain';
import { type ComponentStoreHealth } from '../component-store';
import { type UpdateHistoryEntry } from '../update-history';
import {
  type Machine,
  type Membership,
  type PendingRestart,
  type UpdateAgent,
  type Windows,
} from '../windows';
import { Faults } from './faults';
import { SimulatedDirectories } from './simulated-directories';
import { SimulatedDriverUpdates } from './simulated-driver-updates';
import { SimulatedPower } from './simulated-power';
import { type SimulatedEvent, simulatedEventLog } from './simulated-event-log';
import { simulatedRegistry, type SimulatedRegistryValues } from './simulated-registry';
import { SimulatedProtection } from './simulated-protection';
import { SimulatedSecrets } from './simulated-secrets';
import { SimulatedNetwork } from './simulated-network';
import { SimulatedSessions } from './simulated-sessions';
import { SimulatedServices } from './simulated-services';
import { SimulatedWatchdog } from './simulated-watchdog';
import { SimulatedSystemClock } from './simulated-system-clock';
import { SimulatedTools } from './simulated-tools';

/** What the simulated Windows Update does when asked. Specs may change it at any time. */
export interface SimulatedUpdateAgent {
  busy: boolean;
  /** JSON lines, newest first. */
  history: string[];
  /** The same history taken apart, newest first. */
  entries: UpdateHistoryEntry[];
  /** When Windows says that things last went well. */
  lastSuccesses: { scan?: Date; install?: Date };
  /** What a scan leaves behind: events, new failures … */
  onScan: () => void;
}

/** A whole Windows in memory, with real folders below `root` and faults on demand. For specs. */
export interface SimulatedWindows extends Windows {
  readonly services: SimulatedServices;
  readonly directories: SimulatedDirectories;
  readonly network: SimulatedNetwork;
  readonly secrets: SimulatedSecrets;
  readonly protection: SimulatedProtection;
  readonly watchdog: SimulatedWatchdog;
  readonly machine: Machine & { readonly softwareDistribution: string };
  /** What goes wrong, and what was asked. Refuse `event-log`, `history` … with `Unavailable` to take sources away. */
  readonly faults: Faults;
  readonly events: SimulatedEvent[];
  readonly registryValues: SimulatedRegistryValues;
  readonly power: SimulatedPower;
  readonly sessions: SimulatedSessions;
  readonly systemClock: SimulatedSystemClock;
  readonly tools: SimulatedTools;
  readonly driverUpdates: SimulatedDriverUpdates;
  /** What the component store says of itself. */
  storeHealth: ComponentStoreHealth;
  readonly agent: SimulatedUpdateAgent;
  pending: PendingRestart;
  /** Board and installation; the name is {@link hostname}. */
  hardware: Omit<MachineHints, 'hostname'>;
  /** How often the machine was restarted. */
  restarts: number;
  /** What the machine is joined to. */
  membership: Membership;
  onBattery: boolean;
  hostname: string;
  /** Restarts the machine: waiting renames happen, automatic services start, the client is not dead any more. */
  restartMachine(): void;
  /** Lets time pass that no clock shows: the machine is up for longer, and restarts that wait come. */
  passTime(milliseconds: number): void;
}

export interface SimulatedWindowsOptions {
  /** A folder of the host, which exists. `Windows` and `ProgramData` are made in it. */
  readonly root: string;
  /** False: the update service doesn't make SoftwareDistribution anew when it starts. */
  readonly recreatesSoftwareDistribution?: boolean;
}

/** Makes a machine that works: all services there, a filled SoftwareDistribution, nothing pending, empty event log. */
export function simulatedWindows(options: SimulatedWindowsOptions): SimulatedWindows {
  const windowsDirectory = join(options.root, 'Windows');
  const programData = join(options.root, 'ProgramData');
  const softwareDistribution = join(windowsDirectory, 'SoftwareDistribution');
  mkdirSync(programData, { recursive: true });
  fillSoftwareDistribution(softwareDistribution);

  const faults = new Faults();
  const events: SimulatedEvent[] = [];
  const registryValues: SimulatedRegistryValues = new Map();
  const agent: SimulatedUpdateAgent = {
    busy: false,
    history: [],
    entries: [],
    lastSuccesses: {},
    onScan: () => undefined,
  };
  const directories = new SimulatedDirectories(faults);
  const services = new SimulatedServices(faults, (name) => {
    const recreates = options.recreatesSoftwareDistribution ?? true;
    if (name.toLowerCase() === 'wuauserv' && recreates)
      fillSoftwareDistribution(softwareDistribution);
  });
  let startedAt = performance.now();
  const power = new SimulatedPower(faults, () => {
    windows.restartMachine();
  });

  const windows: SimulatedWindows = {
    services,
    directories,
    network: new SimulatedNetwork(faults),
    secrets: new SimulatedSecrets(),
    watchdog: new SimulatedWatchdog(),
    protection: new SimulatedProtection(join(options.root, 'Program Files', 'FleetMend')),
    faults,
    events,
    registryValues,
    agent,
    registry: simulatedRegistry(faults, registryValues),
    power,
    sessions: new SimulatedSessions(faults),
    systemClock: new SimulatedSystemClock(faults),
    tools: new SimulatedTools(faults),
    driverUpdates: new SimulatedDriverUpdates(faults),
    storeHealth: 'healthy',
    componentStore: {
      health: () => faults.perform('component-store', '', () => windows.storeHealth),
    },
    eventLog: simulatedEventLog(faults, events),
    updateAgent: simulatedUpdateAgent(faults, agent),
    updateHistory: {
      entries: (start, count) =>
        faults.perform('update-history', '', () => agent.entries.slice(start, start + count)),
    },
    pending: { pending: false, reasons: [] },
    hardware: {
      smbiosUuid: '4c4c4544-0042-3510-8052-b3c04f4b4e32',
      machineGuid: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
    },
    membership: { kind: 'workgroup', name: 'WORKGROUP' },
    onBattery: false,
    hostname: 'SIMULATED-01',
    machine: {
      windowsDirectory,
      programData,
      systemDrive: `${options.root}${sep}`,
      softwareDistribution,
      hostname: () => windows.hostname,
      dnsDomain: () => undefined,
      language: () => {
        faults.refuseNow('language');
        return 'de-DE';
      },
      membership: () => faults.perform('membership', '', () => windows.membership),
      onBattery: () => {
        faults.refuseNow('power');
        return windows.onBattery;
      },
      pendingRestart: () => faults.perform('pending-restart', '', () => windows.pending),
      machineGuid: () => Promise.resolve(windows.hardware.machineGuid),
      hints: () => Promise.resolve({ ...windows.hardware, hostname: windows.hostname }),
      uptimeMilliseconds: () => performance.now() - startedAt,
    },
    restarts: 0,
    restartMachine: () => {
      windows.restarts += 1;
      faults.revive();
      power.restarted();
      directories.restart();
      services.restart();
      windows.pending = { pending: false, reasons: [] };
      startedAt = performance.now();
    },
    passTime: (milliseconds) => {
      startedAt -= milliseconds;
      power.passTime(milliseconds);
    },
  };
  return windows;
}

/** What the update service makes at its start, if it isn't there. */
function fillSoftwareDistribution(folder: string): void {
  for (const below of ['DataStore', 'Download'])
    mkdirSync(join(folder, below), { recursive: true });
  writeFileSync(join(folder, 'DataStore', 'DataStore.edb'), 'simulated data store', { flag: 'a' });
}

function simulatedUpdateAgent(faults: Faults, agent: SimulatedUpdateAgent): UpdateAgent {
  return {
    triggerScan: () =>
      faults.perform(
        'trigger-scan',
        '',
        () => {
          agent.onScan();
          return 'the simulated update agent';
        },
        true,
      ),
    installerBusy: () => faults.perform('installer-busy', '', () => agent.busy),
    lastSuccesses: () => faults.perform('last-successes', '', () => agent.lastSuccesses),
    history: (limit) => faults.perform('history', '', () => agent.history.slice(0, limit)),
  };
}
