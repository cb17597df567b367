import {
  type Services,
  type ServiceStartType,
  type ServiceState,
  type ServiceStatus,
  WindowsError,
} from '../windows';
import { type Faults } from './faults';

/** A service of a simulated machine. Specs may change everything at any time. */
export interface SimulatedService {
  state: ServiceState;
  startType: ServiceStartType;
  /** Services that need this one. */
  dependents: string[];
  /** How many queries still say `stop-pending` or `start-pending`; `Infinity` hangs for good. */
  stopTakes: number;
  startTakes: number;
  /** How often it still starts again by itself, one query after it stopped. */
  restartsItself: number;
}

const NO_SUCH_SERVICE = 1060;
const DEPENDENTS_RUNNING = 1051;
const CANNOT_ACCEPT_CONTROL = 1061;
const DISABLED = 1058;

/** The services that a plain Windows 11 has, as far as playbooks know them. */
const USUAL: Readonly<Record<string, Pick<SimulatedService, 'state' | 'startType'>>> = {
  wuauserv: { state: 'running', startType: 'manual' },
  bits: { state: 'running', startType: 'manual' },
  dosvc: { state: 'running', startType: 'automatic' },
  usosvc: { state: 'running', startType: 'automatic' },
  cryptsvc: { state: 'running', startType: 'automatic' },
  msiserver: { state: 'stopped', startType: 'manual' },
  appidsvc: { state: 'stopped', startType: 'manual' },
};

/** A service control manager in memory. Time passes only by being asked: pending states last so many queries. */
export class SimulatedServices implements Services {
  private readonly services = new Map<string, SimulatedService>();
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly faults: Faults,
    /** Called whenever a service has reached `running`. */
    private readonly started: (name: string) => void,
  ) {
    for (const [name, usual] of Object.entries(USUAL)) this.add(name, usual);
  }

  /** Adds a service or replaces it. */
  add(name: string, service: Partial<SimulatedService> = {}): SimulatedService {
    const added = { ...PLAIN, dependents: [], ...service };
    this.services.set(name.toLowerCase(), added);
    return added;
  }

  remove(name: string): void {
    this.services.delete(name.toLowerCase());
  }

  /** The service itself, to look at or to change. Throws when there is none. */
  get(name: string): SimulatedService {
    const service = this.services.get(name.toLowerCase());
    if (!service)
      throw new WindowsError('OpenService', NO_SUCH_SERVICE, `There is no service "${name}".`);
    return service;
  }

  /** Name and state of all, for comparisons before and after. */
  states(): Record<string, ServiceState> {
    return Object.fromEntries([...this.services].map(([name, { state }]) => [name, state]));
  }

  /** What a restart of the machine does. */
  restart(): void {
    this.waiting.clear();
    for (const [name, service] of this.services) {
      service.state = service.startType === 'automatic' ? 'running' : 'stopped';
      if (service.state === 'running') this.started(name);
    }
  }

  query(name: string): Promise<ServiceStatus | undefined> {
    return this.faults.perform('query', name, () => {
      const service = this.services.get(name.toLowerCase());
      if (!service) return undefined;
      this.passTime(name, service);
      return {
        name,
        state: service.state,
        startType: service.startType,
        processId: service.state === 'stopped' ? undefined : 1000,
      };
    });
  }

  requestStop(name: string): Promise<void> {
    return this.faults.perform(
      'stop',
      name,
      () => {
        const service = this.get(name);
        if (service.state === 'stopped') return;
        if (service.state !== 'running' && service.state !== 'paused') {
          throw new WindowsError(
            'ControlService',
            CANNOT_ACCEPT_CONTROL,
            `"${name}" is ${service.state}.`,
          );
        }
        if (this.dependentsOf(service).length > 0) {
          throw new WindowsError(
            'ControlService',
            DEPENDENTS_RUNNING,
            `Other services need "${name}".`,
          );
        }
        this.begin(name, service, 'stop-pending', service.stopTakes);
      },
      true,
    );
  }

  requestStart(name: string): Promise<void> {
    return this.faults.perform(
      'start',
      name,
      () => {
        const service = this.get(name);
        if (service.startType === 'disabled') {
          throw new WindowsError('StartService', DISABLED, `"${name}" is disabled.`);
        }
        if (service.state === 'running' || service.state === 'start-pending') return;
        this.begin(name, service, 'start-pending', service.startTakes);
      },
      true,
    );
  }

  setStartType(name: string, startType: ServiceStartType): Promise<void> {
    return this.faults.perform(
      'set-start-type',
      name,
      () => {
        this.get(name).startType = startType;
      },
      true,
    );
  }

  /** Name and start type of all, for comparisons before and after. */
  startTypes(): Record<string, ServiceStartType> {
    return Object.fromEntries([...this.services].map(([name, { startType }]) => [name, startType]));
  }

  runningDependents(name: string): Promise<readonly string[]> {
    return this.faults.perform('query', name, () => {
      const service = this.services.get(name.toLowerCase());
      return service ? this.dependentsOf(service) : [];
    });
  }

  private dependentsOf(service: SimulatedService): readonly string[] {
    return service.dependents.filter(
      (one) => this.services.get(one.toLowerCase())?.state === 'running',
    );
  }

  private begin(
    name: string,
    service: SimulatedService,
    pending: ServiceState,
    takes: number,
  ): void {
    service.state = pending;
    this.waiting.set(name.toLowerCase(), takes);
    if (takes === 0) this.settle(name, service);
  }

  private passTime(name: string, service: SimulatedService): void {
    const left = this.waiting.get(name.toLowerCase());
    if (left === undefined) {
      if (service.state !== 'stopped' || service.restartsItself === 0) return;
      service.restartsItself -= 1;
      service.state = 'running';
      this.started(name);
    } else if (left > 0) {
      this.waiting.set(name.toLowerCase(), left - 1);
    } else {
      this.settle(name, service);
    }
  }

  private settle(name: string, service: SimulatedService): void {
    this.waiting.delete(name.toLowerCase());
    const running = service.state === 'start-pending';
    service.state = running ? 'running' : 'stopped';
    if (running) this.started(name);
  }
}

const PLAIN = {
  state: 'stopped',
  startType: 'manual',
  stopTakes: 0,
  startTakes: 0,
  restartsItself: 0,
} as const satisfies Omit<SimulatedService, 'dependents'>;
