import { type OrderClaims, orderClaimsSchema } from '@fleetmend/client-protocol';
import { hintsOf } from '@fleetmend/domain';
import {
  type Arrival,
  CLIENT_VERSION,
  type FleetPort,
  type MachineProfile,
  type Parcel,
  Random,
} from '@fleetmend/simulation';
import { decodeJwt } from 'jose';
import { randomBytes, randomUUID } from 'node:crypto';
import { type KeyUse, KeyUses } from '../src/features/connections/key-uses';
import { MachineRegistryRepository } from '../src/features/machines';
import { ReportsService } from '../src/features/reports';
import { RunsService } from '../src/features/runs';
import { RunJobs } from '../src/features/runs/run-jobs';
import { Events } from '../src/platform/events';
import type { TestFleet } from './test-fleet';

const MINUTE = 60_000;
/** As many as a job of runs does at once: less means that it is done. */
const AT_ONCE = 500;
/** So many reports are given to the server at once; it keeps no more than 20,000 waiting. */
const REPORTS_AT_ONCE = 10_000;
/** So many machines are enrolled, or fetch their orders, at once. */
const MACHINES_AT_ONCE = 200;

/** Work that only time brings about, and how often it is done at least, in virtual minutes. */
export interface TimedWork {
  readonly everyMinutes: number;
  readonly run: () => Promise<unknown>;
}

/**
 * The server's own services under a virtual fleet, on a real PostgreSQL: what a socket's message would reach is called
 * directly. Not real: sockets, proofs of identity, the clock, and the intervals of jobs.
 */
export class VirtualPort implements FleetPort {
  private readonly keys = new KeyUses();
  private readonly uses = new Map<string, KeyUse>();
  private readonly numbers = new Map<string, number>();
  private readonly hints = new Map<string, MachineProfile>();
  private readonly waiting = new Set<string>();
  private readonly due = new Map<TimedWork, number>();
  /** Seconds that the server has taken for each kind of call, for figures. */
  readonly seconds: Record<string, number> = {};

  /** `more` is done besides what runs need. */
  constructor(
    private readonly fleet: TestFleet,
    private readonly more: readonly TimedWork[] = [],
  ) {
    fleet.get(Events).on('orders-waiting', ({ machineIds }) => {
      for (const id of machineIds) this.waiting.add(id);
    });
  }

  moveTo(time: number): void {
    this.fleet.clock.pass((time - this.fleet.clock.now().getTime()) / MINUTE);
  }

  async enrol(profiles: readonly MachineProfile[]): Promise<readonly string[]> {
    return this.timed('enrol', async () => {
      const ids: string[] = [];
      for (let from = 0; from < profiles.length; from += MACHINES_AT_ONCE) {
        const some = profiles.slice(from, from + MACHINES_AT_ONCE);
        ids.push(...(await this.enrolSome(some)));
      }
      return ids;
    });
  }

  private async enrolSome(profiles: readonly MachineProfile[]): Promise<string[]> {
    const registry = this.fleet.get(MachineRegistryRepository);
    return this.fleet.database.inTransaction(async (transaction) => {
      const ids: string[] = [];
      for (const profile of profiles) {
        // The draw of waves goes by ids: the same fleet has the same ones.
        const id = new Random(`${profile.machineGuid} ${profile.smbiosUuid}`).uuid();
        this.hints.set(id, profile);
        ids.push(id);
        await registry.enrol(transaction, {
          ...{ id, hostname: profile.hostname, machineGuid: profile.machineGuid },
          ...{ smbiosUuid: profile.smbiosUuid, clientVersion: CLIENT_VERSION, site: profile.site },
          ...{ tokenId: randomUUID(), tokenLabel: 'virtual', enrolledAt: this.fleet.clock.now() },
          publicKey: randomBytes(32).toString('base64url'),
        });
      }
      return ids;
    });
  }

  async connect(arrivals: readonly Arrival[]): Promise<readonly Arrival[]> {
    return this.timed('connect', async () => {
      const now = this.fleet.clock.now();
      const [admitted, refused]: [Arrival[], Arrival[]] = [[], []];
      for (const arrival of arrivals) {
        const { machineId, instanceId } = arrival;
        const use = { instanceId, hints: hintsOf(arrival.hints) };
        const known = this.hints.get(machineId);
        const recorded = known ? hintsOf(known) : use.hints;
        const current = this.uses.get(machineId);
        const isIn = this.keys.admit(machineId, recorded, use, current, now.getTime());
        (isIn ? admitted : refused).push(arrival);
        if (isIn) this.uses.set(machineId, use);
      }
      const numbers = await this.fleet.get(MachineRegistryRepository).connected(
        this.fleet.database,
        admitted.map(({ machineId, hints }) => ({
          ...{ machineId, clientVersion: CLIENT_VERSION, hints: hintsOf(hints) },
        })),
        now,
      );
      for (const { machineId, number } of numbers) this.numbers.set(machineId, number);
      return refused;
    });
  }

  async disconnect(machineIds: readonly string[]): Promise<void> {
    await this.timed('disconnect', async () => {
      const connections = machineIds.flatMap((machineId) => {
        const number = this.numbers.get(machineId);
        this.uses.delete(machineId);
        return number === undefined ? [] : [{ machineId, number }];
      });
      const registry = this.fleet.get(MachineRegistryRepository);
      await registry.disconnected(this.fleet.database, connections, this.fleet.clock.now());
    });
  }

  async fetchOrders(ids: readonly string[]): Promise<Map<string, readonly OrderClaims[]>> {
    return this.timed('orders', async () => {
      // Asking for each of thousands would only find that nothing waits.
      const some = await this.fleet.database.query<{ id: string }>(
        `SELECT DISTINCT machine_id AS id FROM runs
          WHERE machine_id = ANY ($1::uuid[]) AND state IN ('queued', 'leased') AND events = 0`,
        [ids],
      );
      const found = new Map<string, readonly OrderClaims[]>();
      for (let from = 0; from < some.length; from += MACHINES_AT_ONCE) {
        const asking = some.slice(from, from + MACHINES_AT_ONCE);
        await Promise.all(asking.map(async ({ id }) => found.set(id, await this.ordersOf(id))));
      }
      return found;
    });
  }

  private async ordersOf(machineId: string): Promise<OrderClaims[]> {
    const answer = await this.fleet.get(RunsService).ordersFor(machineId);
    if (!answer.ok) throw new Error(`The server gave no orders: ${answer.message}`);
    return answer.orders.map((order) => orderClaimsSchema.parse(decodeJwt(order)));
  }

  async submit(parcels: readonly Parcel[]): Promise<readonly string[]> {
    return this.timed('submit', async () => {
      const refused: string[] = [];
      for (const some of inParts(parcels)) {
        const service = this.fleet.get(ReportsService);
        const acks = await Promise.all(
          some.map(({ machineId, reports }) => service.submit(machineId, reports)),
        );
        for (const ack of acks) {
          if (!ack.ok) throw new Error(`The server took no reports: ${ack.message}`);
          refused.push(...ack.rejected.map(({ message }) => message));
        }
      }
      return refused;
    });
  }

  async work(): Promise<void> {
    const jobs = this.fleet.get(RunJobs);
    // Nobody here looks at what was told; of two weeks it would be much.
    this.fleet.told = {};
    const own: readonly TimedWork[] = (this.own ??= [
      { everyMinutes: 0, run: () => untilDone(() => jobs.expire()) },
      { everyMinutes: 60, run: () => untilDone(() => jobs.lose()) },
      { everyMinutes: 120, run: () => untilDone(() => jobs.proveRestarts()) },
      { everyMinutes: 120, run: () => untilDone(() => jobs.proveHeld()) },
    ]);
    const now = this.fleet.clock.now().getTime();
    for (const work of [...own, ...this.more]) {
      if (now < (this.due.get(work) ?? 0)) continue;
      this.due.set(work, now + work.everyMinutes * MINUTE);
      await this.timed(this.more.includes(work) ? 'more' : 'jobs', work.run);
    }
  }
  private own: readonly TimedWork[] | undefined;

  nudged(): ReadonlySet<string> {
    const nudged = new Set(this.waiting);
    this.waiting.clear();
    return nudged;
  }

  private async timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      this.seconds[what] = (this.seconds[what] ?? 0) + (performance.now() - begin) / 1000;
    }
  }
}

function* inParts(parcels: readonly Parcel[]): Generator<readonly Parcel[]> {
  let part: Parcel[] = [];
  let size = 0;
  for (const parcel of parcels) {
    if (size + parcel.reports.length > REPORTS_AT_ONCE) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(parcel);
    size += parcel.reports.length;
  }
  if (part.length > 0) yield part;
}

async function untilDone(work: () => Promise<number>): Promise<void> {
  while ((await work()) === AT_ONCE);
}
