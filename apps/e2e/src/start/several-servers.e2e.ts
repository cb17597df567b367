import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createdEnrolmentTokenSchema,
  machineDetailSchema,
  previewSchema,
} from '@fleetmend/dashboard-api';
import { expect, test } from '@playwright/test';
import { type Api, signIn } from '../api';
import { databaseOf } from '../database-of';
import { makeFolder, removeFolder } from '../folders';
import { endProcessesOf, processesOf } from '../processes';
import { type Product, startProduct } from '../product';
import { ProtocolMachine } from '../protocol-machine';

/** Short, but a server that is starved for half of it judges nobody: so there is patience, too. */
const LEASE = { FLEETMEND_NODE_LEASE_SECONDS: '4' };
const PATIENCE = { timeout: 45_000 };

const presenceOf = async (api: Api, machine: ProtocolMachine) => {
  const { online, lastSeenAt } = machineDetailSchema.parse(
    await api.get(`/machines/${machine.id}`),
  );
  return { online, seen: Date.parse(lastSeenAt ?? '') };
};

/** Orders a remediation of one machine. */
async function order(api: Api, machine: ProtocolMachine, playbook: string): Promise<void> {
  const plan = { playbook, selection: { type: 'machines', machineIds: [machine.id] } };
  const included = async () =>
    previewSchema.parse(await api.send('/remediations/preview', plan)).included;
  await expect.poll(included).toBe(1);
  await api.send('/remediations', { ...plan, requestId: randomUUID(), expectedMachines: 1 });
}

let folder: string;
test.beforeEach(() => {
  folder = makeFolder();
});
test.afterEach(async () => {
  if (test.info().status === 'passed') expect(processesOf(folder)).toEqual([]);
  else await endProcessesOf(folder);
  removeFolder(folder);
});

test('servers on one database go on when one is killed, and when the database starts anew', async () => {
  test.skip(process.platform !== 'linux', 'the embedded database listens on a socket file');
  const first = await startProduct({ dataDirectory: join(folder, 'first'), environment: LEASE });
  const environment = { ...LEASE, DATABASE_URL: databaseOf(first.dataDirectory) };
  const start = (name: string): Promise<Product> => {
    const dataDirectory = join(folder, name);
    mkdirSync(dataDirectory);
    copyFileSync(
      join(first.dataDirectory, 'server-key.json'),
      join(dataDirectory, 'server-key.json'),
    );
    return startProduct({ dataDirectory, environment });
  };
  const [killed, stays] = [await start('killed'), await start('stays')];
  const api = await signIn(stays.url);
  const token = createdEnrolmentTokenSchema.parse(
    await api.send('/enrolment-tokens', { label: 'Nodes', expiresInHours: 1, maximumUses: null }),
  );
  const machines = await Promise.all(
    ['PC-MOVES', 'PC-STAYS', 'PC-LOST'].map((name) =>
      ProtocolMachine.enrol(killed.url, token.secret, name),
    ),
  );
  const [moves, remains, lost] = machines as [ProtocolMachine, ProtocolMachine, ProtocolMachine];

  // An order that was made at one server reaches the machine at the other.
  const nudged = new Promise<void>((resolve) => void moves.connect(resolve, killed.url));
  await remains.connect(undefined, stays.url);
  await lost.connect(undefined, killed.url);
  for (const machine of machines) {
    await expect.poll(async () => (await presenceOf(api, machine)).online).toBe(true);
  }
  await order(api, moves, 'reset-software-distribution');
  await nudged;
  const before = await moves.fetchOrders();
  expect(before).toHaveLength(1);

  // One is killed: what was connected to it is offline when its lease is over, but for what has come to another.
  await killed.kill();
  const died = Date.now();
  moves.disconnect();
  await moves.connect(undefined, stays.url);
  expect(await moves.fetchOrders()).toHaveLength(1);
  await expect.poll(async () => (await presenceOf(api, lost)).online, PATIENCE).toBe(false);
  expect((await presenceOf(api, lost)).seen).toBeLessThanOrEqual(died);
  for (const machine of [moves, remains]) {
    expect((await presenceOf(api, machine)).online).toBe(true);
  }

  // The database starts anew, with the server that brings it: the others come back by themselves.
  const waiting = new Promise<void>((resolve) => {
    remains.disconnect();
    void remains.connect(resolve, stays.url);
  });
  await expect.poll(async () => (await presenceOf(api, remains)).online).toBe(true);
  const again = await first.restart();
  const there = await signIn(again.url);
  for (const machine of [moves, remains]) {
    await expect.poll(async () => (await presenceOf(there, machine)).online, PATIENCE).toBe(true);
    expect(machine.isConnected).toBe(true);
  }
  await waiting;
  await order(there, remains, 'reset-software-distribution');
  await expect.poll(() => remains.fetchOrders()).toHaveLength(1);
  for (const machine of machines) machine.disconnect();
  expect((await stays.stop()).code).toBe(0);
  expect((await again.stop()).code).toBe(0);
});
