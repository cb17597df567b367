import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Inventory, ReportsAck } from '@fleetmend/client-protocol';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { NewRemediation } from '@fleetmend/dashboard-api';
import { CampaignsModule } from '../src/features/campaigns';
import { DuplicatesModule } from '../src/features/duplicates';
import { OrderSigner } from '../src/features/enrolment';
import { EscalationsModule } from '../src/features/escalations';
import { EvidenceModule } from '../src/features/evidence';
import { FingerprintsModule } from '../src/features/fingerprints';
import {
  type EnrolledMachine,
  MachineRegistryRepository,
  MachinesModule,
} from '../src/features/machines';
import { PoliciesModule } from '../src/features/policies';
import { ReportsModule, ReportsService } from '../src/features/reports';
import { RunsModule } from '../src/features/runs';
import { TimelineModule } from '../src/features/timeline';
import { Clock } from '../src/platform/clock';
import { CONFIG } from '../src/platform/config';
import { Database } from '../src/platform/database';
import { Events, type ServerEvents } from '../src/platform/events';
import type { Actor } from '../src/platform/http';
import { JobsModule } from '../src/platform/jobs';
import { Logger } from '../src/platform/logging';
import { TestClock } from './test-clock';
import { type TestDatabase, testDatabase } from './test-database';

/** The operator of the tests. */
export const OPERATOR: Actor = {
  userId: '00000000-0000-4000-8000-000000000001',
  email: 'operator@example.org',
  role: 'operator',
  sessionId: '00000000-0000-4000-8000-000000000002',
  address: '127.0.0.1',
};

/** What was told, by name. */
export type Told = { [N in keyof ServerEvents]?: ServerEvents[N][] };

type Loose = Readonly<Record<string, unknown>>;

/**
 * Everything between the doors and the database, real on both sides: the features about machines, failures and runs on
 * a PostgreSQL of the spec's own. Not real: the clock, and who is connected.
 */
export class TestFleet {
  told: Told = {};
  private module: TestingModule | undefined;

  constructor(
    private readonly test: Pick<TestDatabase, 'database'>,
    readonly clock = new TestClock(),
  ) {}

  get database(): Database {
    return this.test.database;
  }

  get<T>(type: abstract new (...parameters: never[]) => T): T {
    if (!this.module) throw new Error('The fleet is there from beforeAll on.');
    return this.module.get<T>(type, { strict: false });
  }

  async open(): Promise<void> {
    const { database } = this.test;
    const logger = Logger.open('silent');
    const events = new Events(logger);
    for (const name of [
      'machines-changed',
      'fingerprints-changed',
      'runs-changed',
      'orders-waiting',
      'machine-retired',
    ] as const) {
      events.on(name, (payload) => {
        const list = (this.told[name] ??= []) as unknown[];
        list.push(payload);
      });
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ format: 'jwk' }) as {
      kty: 'OKP';
      crv: 'Ed25519';
      x: string;
      d: string;
    };
    const platform = [
      { provide: Database, useValue: database },
      { provide: Clock, useValue: this.clock },
      { provide: Events, useValue: events },
      { provide: Logger, useValue: logger },
      { provide: CONFIG, useValue: { dataDirectory: '/nowhere', watchDays: 14 } },
    ];
    @Global()
    @Module({ providers: platform, exports: platform.map(({ provide }) => provide) })
    class TestPlatform {}
    this.module = await Test.createTestingModule({
      imports: [
        TestPlatform,
        JobsModule,
        CampaignsModule,
        DuplicatesModule,
        EscalationsModule,
        EvidenceModule,
        FingerprintsModule,
        MachinesModule,
        PoliciesModule,
        ReportsModule,
        RunsModule,
        TimelineModule,
      ],
    })
      .overrideProvider(OrderSigner)
      .useValue(new OrderSigner({ serverId: randomUUID(), privateKey: key }))
      .compile();
  }

  async close(): Promise<void> {
    await this.module?.close();
  }

  /** Enrols a machine that has an inventory and is online. */
  async machine(
    hostname = `pc-${randomBytes(4).toString('hex')}`,
    build = 26_100,
  ): Promise<string> {
    const id = await this.enrolled(hostname);
    await this.get(MachineRegistryRepository).connected(
      this.database,
      [{ machineId: id, clientVersion: '0.1.0' }],
      this.clock.now(),
    );
    await this.report(id, inventory(hostname, build));
    return id;
  }

  /** Enrols a machine that has never connected. */
  async enrolled(
    hostname: string,
    machineGuid: string | null = null,
    more: Partial<EnrolledMachine> = {},
  ): Promise<string> {
    const id = randomUUID();
    await this.database.inTransaction((transaction) =>
      this.get(MachineRegistryRepository).enrol(transaction, {
        ...{ id, hostname, machineGuid, clientVersion: '0.1.0' },
        ...{ tokenId: randomUUID(), tokenLabel: 'test', enrolledAt: this.clock.now() },
        publicKey: randomBytes(32).toString('base64url'),
        ...more,
      }),
    );
    return id;
  }

  /** Reports as `machineId`; every report must be taken. */
  async report(machineId: string, ...reports: readonly Loose[]): Promise<void> {
    const ack = await this.submit(machineId, ...reports);
    expect(ack).toEqual({
      ok: true,
      accepted: expect.any(Array) as unknown,
      rejected: [],
    } satisfies Record<keyof Extract<ReportsAck, { ok: true }>, unknown>);
  }

  submit(machineId: string, ...reports: readonly Loose[]): Promise<ReportsAck> {
    const complete = reports.map((report) => ({
      ...{ id: randomUUID(), createdAt: this.clock.in(0) },
      ...report,
    }));
    return this.get(ReportsService).submit(machineId, complete);
  }

  /** A download that failed `minutes` from now (negative = ago). */
  failure(minutes: number, more: Loose = {}): Loose {
    return {
      kind: 'failure',
      code: '0x80070002',
      phase: 'download',
      update: { kb: 'KB5034441', title: 'Security update' },
      updateKind: 'windows',
      updateSource: 'windows-update',
      occurredAt: this.clock.in(minutes),
      evidence: [{ source: 'reporting-events', record: 'a line' }],
      ...more,
    };
  }

  /** The same update worked `minutes` from now. */
  success(minutes: number, more: Loose = {}): Loose {
    return {
      kind: 'success',
      phase: 'install',
      update: { kb: 'KB5034441' },
      occurredAt: this.clock.in(minutes),
      ...more,
    };
  }
}

/** What a machine says of itself. */
export function inventory(hostname: string, build = 26_100): Loose {
  const os: Inventory['os'] = {
    ...{ name: 'Windows 11 Pro', version: `10.0.${build}.1`, build, architecture: 'x64' },
  };
  return { kind: 'inventory', inventory: { hostname, os, clientVersion: '0.1.0' } };
}

/** An event of a run. */
export function runEvent(runId: string, sequence: number, event: Loose): Loose {
  return { kind: 'run-event', runId, sequence, message: '', ...event };
}

/** A push of the reset to these machines. */
export function remediation(machineIds: readonly string[], more: Loose = {}): NewRemediation {
  return {
    ...{ playbook: 'reset-software-distribution', parameters: {}, mode: 'execute' },
    selection: { type: 'machines', machineIds: [...machineIds] },
    ...{ requestId: randomUUID(), expectedMachines: machineIds.length, expiresInHours: 72 },
    ...more,
  };
}

/** Opens a fleet before the tests of a file and closes it after them; what was told is forgotten before each test. */
export function testFleet(): TestFleet {
  let fleet: TestFleet | undefined = undefined;
  // Jest does these in the order in which they are written down: the database is dropped last.
  afterAll(() => fleet?.close());
  const opened = (fleet = new TestFleet(testDatabase()));
  beforeAll(() => opened.open());
  beforeEach(() => {
    opened.told = {};
  });
  return opened;
}
