import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  createdEnrolmentTokenSchema,
  machineDetailSchema,
  previewSchema,
  timelinePageSchema,
} from '@fleetmend/dashboard-api';
import { expect, test } from '@playwright/test';
import { decodeJwt } from 'jose';
import { type Api, signIn } from '../api';
import { makeFolder, removeFolder } from '../folders';
import { endProcessesOf, processesOf } from '../processes';
import { startProduct } from '../product';
import { ProtocolMachine, type SentReport } from '../protocol-machine';

const MACHINES = 20;
const AT_ONCE = 25;
/** The server is killed as soon as so many reports are acknowledged, with a message of every machine under way. */
const KILLED_AFTER = 2000;

/** A machine with what it has been told about its reports, as its outbox would know it. */
class Reporter {
  readonly acknowledged = new Map<string, SentReport>();
  readonly waiting = new Map<string, SentReport>();
  private made = 0;

  constructor(readonly machine: ProtocolMachine) {}

  /** Sends new failures until there is no answer any more; `onAcknowledged` hears how many were acknowledged. */
  async reportUntilCut(onAcknowledged: (reports: number) => void): Promise<void> {
    for (;;) {
      const reports = Array.from({ length: AT_ONCE }, () => this.failure());
      for (const report of reports) this.waiting.set(report.id, report);
      const accepted = await this.machine.report(reports).catch(() => undefined);
      if (!accepted) return;
      this.settle(accepted);
      onAcknowledged(accepted.length);
    }
  }

  /** Sends again what was not acknowledged, and some of what was: the acknowledgement of a duplicate is the same. */
  async reportAgain(): Promise<void> {
    const again = [...this.waiting.values(), ...[...this.acknowledged.values()].slice(-AT_ONCE)];
    const accepted = await this.machine.report(again);
    expect(new Set(accepted)).toEqual(new Set(again.map(({ id }) => id)));
    this.settle(accepted);
  }

  failure(): SentReport {
    const id = randomUUID();
    const at = new Date(Date.now() - 3_600_000 + this.made++).toISOString();
    return {
      ...{ id, createdAt: at, kind: 'failure', occurredAt: at },
      ...{ code: '0x80070002', phase: 'download', updateKind: 'windows', updateSource: 'wsus' },
      update: { kb: `KB50${10_000 + (this.made % 7)}` },
      evidence: [{ source: 'reporting-events', record: id }],
    };
  }

  private settle(accepted: readonly string[]): void {
    for (const id of accepted) {
      const report = this.waiting.get(id);
      if (report) this.acknowledged.set(id, report);
      this.waiting.delete(id);
    }
  }
}

/** The ids of the failures that the server has of this machine, as often as it has them. */
async function kept(api: Api, machineId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const path = `/machines/${machineId}/timeline?limit=200${cursor}`;
    const page = timelinePageSchema.parse(await api.get(path));
    for (const entry of page.items) {
      if (entry.kind === 'failure') ids.push(entry.evidence[0]?.record ?? '');
    }
    cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor !== '');
  return ids.sort();
}

const runsOf = (orders: readonly string[]) => orders.map((order) => decodeJwt(order).jti);

let folder: string;
test.beforeEach(() => {
  folder = makeFolder();
});
test.afterEach(async () => {
  if (test.info().status === 'passed') expect(processesOf(folder)).toEqual([]);
  else await endProcessesOf(folder);
  removeFolder(folder);
});

test('a server that is killed while machines report loses nothing and doubles nothing', async () => {
  const dataDirectory = join(folder, 'data');
  const crashed = await startProduct({ dataDirectory });
  const api = await signIn(crashed.url);
  const token = createdEnrolmentTokenSchema.parse(
    await api.send('/enrolment-tokens', { label: 'Crash', expiresInHours: 1, maximumUses: null }),
  );
  const reporters = await Promise.all(
    Array.from({ length: MACHINES }, async (_, index) => {
      const machine = await ProtocolMachine.enrol(crashed.url, token.secret, `PC-${index}`);
      await machine.connect();
      return new Reporter(machine);
    }),
  );
  const plan = {
    playbook: 'reset-software-distribution',
    selection: { type: 'machines', machineIds: reporters.map(({ machine }) => machine.id) },
  };
  const included = async () =>
    previewSchema.parse(await api.send('/remediations/preview', plan)).included;
  await expect.poll(included).toBe(MACHINES);
  const requestId = randomUUID();
  await api.send('/remediations', { ...plan, requestId, expectedMachines: MACHINES });
  const leased = await Promise.all(reporters.map(({ machine }) => machine.fetchOrders()));
  expect(leased.map(({ length }) => length)).toEqual(reporters.map(() => 1));

  let acknowledged = 0;
  const reporting = reporters.map((reporter) =>
    reporter.reportUntilCut((reports) => {
      acknowledged += reports;
      if (acknowledged >= KILLED_AFTER) crashed.program.child.kill('SIGKILL');
    }),
  );
  expect((await crashed.program.ended).signal).toBe('SIGKILL');
  await Promise.all(reporting);
  expect(reporters.reduce((sum, { waiting }) => sum + waiting.size, 0)).toBeGreaterThan(0);
  if (process.platform === 'linux') expect(processesOf(folder).length).toBeGreaterThan(0);

  const next = await startProduct({ port: crashed.port, dataDirectory });
  expect(next.program.output()).toContain('Stopping the PostgreSQL that an earlier start left');
  const again = await signIn(next.url);
  for (const { machine, acknowledged: mine, waiting } of reporters) {
    const ids = await kept(again, machine.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !waiting.has(id))).toEqual([...mine.keys()].sort());
  }

  await Promise.all(
    reporters.map(async (reporter, index) => {
      await reporter.machine.connect();
      await reporter.reportAgain();
      const orders = await reporter.machine.fetchOrders();
      expect(runsOf(orders)).toEqual(runsOf(leased[index] ?? []));
    }),
  );
  for (const { machine, acknowledged: mine, waiting } of reporters) {
    expect(waiting.size).toBe(0);
    expect(await kept(again, machine.id)).toEqual([...mine.keys()].sort());
    const detail = machineDetailSchema.parse(await again.get(`/machines/${machine.id}`));
    const counted = detail.fingerprints.reduce((sum, { occurrences }) => sum + occurrences, 0);
    expect(counted).toBe(mine.size);
    machine.disconnect();
  }
  expect((await next.stop()).code).toBe(0);
});
