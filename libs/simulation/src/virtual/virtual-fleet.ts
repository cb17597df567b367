import { type FaultProfile } from '../faults/fault-profile';
import { faultsOf } from '../faults/machine-faults';
import { type MachineProfile, cloneOf, profileOf } from '../machines/fleet';
import { findScenario } from '../machines/scenarios';
import { WINDOWS_VERSIONS } from '../machines/windows-versions';
import { EventQueue } from './event-queue';
import type { FleetPort, Parcel } from './fleet-port';
import type { RunTruth } from './run-truth';
import { VirtualMachine } from './virtual-machine';

const MINUTE = 60_000;
/** As many reports as one message takes. */
const MESSAGE = 100;

/** Which fleet is played, from when on, and how finely. */
export interface VirtualFleetPlan {
  readonly seed: string;
  readonly machines: number;
  readonly profiles: readonly FaultProfile[];
  /** Milliseconds since 1970. */
  readonly start: number;
  /** The server hears of everything that happened in so many minutes at once. */
  readonly tickMinutes: number;
  /** While nothing is heard, the server does what only time brings about once in so many minutes. */
  readonly restMinutes: number;
  /** What is wrong with all machines, which then run the same Windows, so that it is one failure; nothing = each its own. */
  readonly trouble?: string;
  /** Machines are switched off at night, and carried about; otherwise they are always there. */
  readonly hasHabits: boolean;
  /** Updates of a machine that something is wrong with fail about once in so many minutes. */
  readonly failsEveryMinutes: number;
}

/**
 * A fleet in virtual time on a real server. The machines' events happen one after the other in the order of their
 * times; at the end of each tick the server is told of all of them at once, as it would be on a busy day.
 */
export class VirtualFleet {
  readonly #port: FleetPort;
  readonly #plan: VirtualFleetPlan;
  readonly #queue: EventQueue;
  readonly machines: VirtualMachine[] = [];
  readonly #byId = new Map<string, VirtualMachine>();
  readonly #touched = new Set<VirtualMachine>();
  /** Why reports were refused. Of machines that work as they should there is none. */
  readonly refusals: string[] = [];
  #reports = 0;

  constructor(port: FleetPort, plan: VirtualFleetPlan) {
    this.#port = port;
    this.#plan = plan;
    this.#queue = new EventQueue(plan.start);
    const around = {
      ...{ seed: plan.seed, queue: this.#queue, hasHabits: plan.hasHabits },
      failsEveryMinutes: plan.failsEveryMinutes,
      touched: (machine: VirtualMachine) => this.#touched.add(machine),
    };
    for (let index = 0; index < plan.machines; index += 1) {
      const profile = profileIn(plan, index);
      const faults = faultsOf(plan.seed, index, plan.profiles);
      this.machines.push(new VirtualMachine(profile, faults, around));
      if (!faults.names.has('cloned')) continue;
      this.machines.push(new VirtualMachine(cloneOf(profile, index), faults, around));
    }
  }

  /** The virtual time, in milliseconds since 1970. */
  get now(): number {
    return this.#queue.now;
  }
  /** How many reports the server has been given. */
  get reports(): number {
    return this.#reports;
  }
  get connected(): number {
    return this.machines.filter(({ isConnected }) => isConnected).length;
  }
  /** What the machines know of their runs. */
  get truths(): readonly RunTruth[] {
    return this.machines.flatMap(({ truths }) => truths);
  }
  machineOf(id: string): VirtualMachine | undefined {
    return this.#byId.get(id);
  }

  /** All machines enrol, connect once, and tell their past. Copies come up with the key of their original. */
  async enrol(): Promise<void> {
    this.#port.moveTo(this.now);
    const originals = this.machines.filter(({ profile }) => !isCopy(profile));
    const ids = await this.#port.enrol(originals.map(({ profile }) => profile));
    let original = '';
    let next = 0;
    for (const machine of this.machines) {
      if (!isCopy(machine.profile)) original = ids[next++] ?? '';
      machine.begin(original);
      if (!isCopy(machine.profile)) this.#byId.set(original, machine);
    }
    await this.#exchange(new Set(originals));
    await this.#exchange(new Set(this.machines.filter(({ profile }) => isCopy(profile))));
    for (const machine of this.machines) machine.settle();
  }

  /**
   * Plays until so many minutes have passed, or `isOver` says so, which is asked after every tick. Answers the minutes.
   */
  async play(
    minutes: number,
    isOver: () => Promise<boolean> | boolean = () => false,
  ): Promise<number> {
    const begin = this.now;
    let worked = -Infinity;
    const tick = this.#plan.tickMinutes * MINUTE;
    while (this.now < begin + minutes * MINUTE) {
      this.#queue.runUntil(Math.min(this.now + tick, begin + minutes * MINUTE));
      this.#port.moveTo(this.now);
      const isQuiet = this.#touched.size === 0;
      if (isQuiet && this.now < worked + this.#plan.restMinutes * MINUTE) continue;
      worked = this.now;
      await this.#exchange(this.#touched);
      await this.#port.work();
      await this.#fetch(this.#port.nudged());
      if (await isOver()) break;
    }
    return (this.now - begin) / MINUTE;
  }

  /** Everybody says what waits to be said, also who is away: then a server can know what the machines know. */
  async gather(): Promise<void> {
    await this.#submit(this.machines, true);
    await this.#port.work();
  }

  /** What came, went and spoke since is made known to the server; then whoever came asks for orders. */
  async #exchange(touched: ReadonlySet<VirtualMachine>): Promise<void> {
    const machines = [...touched];
    for (const machine of machines) this.#touched.delete(machine);
    const arrived = machines.filter((one) => one.isOnline && !one.isConnected);
    const left = machines.filter((one) => !one.isOnline && one.isConnected);
    if (arrived.length > 0) await this.#arrive(arrived);
    await this.#submit(machines.filter(({ isConnected }) => isConnected));
    for (const machine of left) machine.isConnected = false;
    if (left.length > 0) await this.#port.disconnect(left.map(({ id }) => id));
    await this.#fetch(new Set(arrived.map(({ id }) => id)));
  }

  async #arrive(arrived: readonly VirtualMachine[]): Promise<void> {
    const refused = await this.#port.connect(arrived.map(({ arrival }) => arrival));
    const copies = new Set(refused.map(({ instanceId }) => instanceId));
    for (const machine of arrived) {
      machine.isConnected = !copies.has(machine.arrival.instanceId);
    }
    const becoming = arrived.filter((one) => copies.has(one.arrival.instanceId));
    if (becoming.length === 0) return;
    const ids = await this.#port.enrol(becoming.map(({ profile }) => profile));
    becoming.forEach((machine, index) => {
      machine.begin(ids[index] ?? '');
      this.#byId.set(machine.id, machine);
      this.#touched.add(machine);
    });
    await this.#arrive(becoming);
    await this.#submit(becoming);
  }

  async #submit(machines: readonly VirtualMachine[], anyhow = false): Promise<void> {
    const parcels: Parcel[] = [];
    for (const machine of machines) {
      const spoken = machine.speak(anyhow);
      for (let from = 0; from < spoken.length; from += MESSAGE) {
        parcels.push({ machineId: machine.id, reports: spoken.slice(from, from + MESSAGE) });
      }
      this.#reports += spoken.length;
    }
    if (parcels.length > 0) this.refusals.push(...(await this.#port.submit(parcels)));
  }

  async #fetch(ids: ReadonlySet<string>): Promise<void> {
    const asking = [...ids].filter((id) => {
      return this.#byId.get(id)?.isConnected === true;
    });
    if (asking.length === 0) return;
    for (const [id, orders] of await this.#port.fetchOrders(asking)) {
      this.#byId.get(id)?.follow(orders);
    }
  }
}

function profileIn({ seed, trouble }: VirtualFleetPlan, index: number): MachineProfile {
  const profile = profileOf(seed, index);
  if (trouble === undefined) return profile;
  const [version = profile.version] = WINDOWS_VERSIONS;
  return {
    ...profile,
    ...{ version, wsusServer: undefined, noise: undefined },
    ...{ trouble: findScenario(trouble), isOver: false },
  };
}

function isCopy({ hostname }: MachineProfile): boolean {
  return hostname.endsWith('-COPY');
}
