import type { MachineHintsMessage, OrderClaims, Report } from '@fleetmend/client-protocol';
import type { MachineProfile } from '../machines/fleet';

/** What one machine sends. */
export interface Parcel {
  readonly machineId: string;
  readonly reports: readonly Report[];
}

/** Somebody at the door of the server. */
export interface Arrival {
  readonly machineId: string;
  /** The start of the client that comes. */
  readonly instanceId: string;
  readonly hints: MachineHintsMessage;
}

/** A server as a virtual fleet sees it. Everything is done for many machines at once, and is done when it resolves. */
export interface FleetPort {
  /** Moves the server's time, in milliseconds since 1970. It never goes back. */
  moveTo(time: number): void;
  /** Enrols new machines; answers their ids in the same order. */
  enrol(profiles: readonly MachineProfile[]): Promise<readonly string[]>;
  /** Lets machines in. Answers those that are refused because their key is a copied one. */
  connect(arrivals: readonly Arrival[]): Promise<readonly Arrival[]>;
  disconnect(machineIds: readonly string[]): Promise<void>;
  /** The orders that wait for these machines; those without any may be missing. */
  fetchOrders(machineIds: readonly string[]): Promise<ReadonlyMap<string, readonly OrderClaims[]>>;
  /** Takes reports. Answers why some will never be taken; what is in no answer is taken. */
  submit(parcels: readonly Parcel[]): Promise<readonly string[]>;
  /** Does what only time brings about. */
  work(): Promise<void>;
  /** The machines that were told that orders wait, since this was asked last. */
  nudged(): ReadonlySet<string>;
}
