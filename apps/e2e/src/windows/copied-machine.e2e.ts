import { cpSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import {
  createdEnrolmentTokenSchema,
  machinePageSchema,
  possibleDuplicatePageSchema,
} from '@fleetmend/dashboard-api';
import { type Api, signIn } from '../api';
import { startProduct } from '../product';
import { ClientProgram, quick } from './client-program';
import { prepareTestbed, type WindowsMachine } from './testbed';
import { expect, test } from './windows-test';

/** The server, its database and both clients are real; the machines are Wine's, with a registry of their own. */
test.use({ purpose: 'copied machine' });

const DATA = 'C:\\ProgramData\\FleetMend';

/** Another computer: as a clone that was generalised, it has a MachineGuid of its own. */
async function anotherMachine(): Promise<WindowsMachine> {
  const found = await prepareTestbed();
  if (!found.available) throw new Error(found.reason);
  const machine = await found.createPrefix({ environment: quick });
  const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
  const value = ['/v', 'MachineGuid', '/d', randomUUID(), '/f', '/reg:64'];
  const { code } = await machine.run('reg', ['add', key, ...value]);
  expect(code).toBe(0);
  return machine;
}

async function machinesOf(api: Api) {
  return machinePageSchema.parse(await api.get('/machines')).items;
}

test('a data folder that was copied to another computer becomes a machine of its own there', async ({
  testbed: { machine, client },
}) => {
  test.skip(machine.isReal, 'there is one Windows only');
  test.setTimeout(300_000);
  const product = await startProduct();
  const second = await anotherMachine();
  const copy = ClientProgram.on(second);
  try {
    const api = await signIn(product.url);
    const online = async () =>
      (await machinesOf(api)).filter((one) => one.online).map(({ id }) => id);

    const token = createdEnrolmentTokenSchema.parse(
      await api.send('/enrolment-tokens', {
        ...{ label: 'One machine', expiresInHours: 1, maximumUses: 1 },
      }),
    );
    await client.must('enroll', '--server', product.url, '--token', token.secret);
    await client.kill(await connected(client, online));
    const [{ id: original } = { id: '' }] = await machinesOf(api);

    cpSync(machine.hostPath(DATA), second.hostPath(DATA), { recursive: true });
    rmSync(second.hostPath(`${DATA}\\logs`), { recursive: true });
    const first = client.start();
    await expect.poll(online, { timeout: 60_000 }).toEqual([original]);
    const started = copy.start();
    await expect.poll(online, { timeout: 60_000, message: copy.log() }).toHaveLength(2);
    expect(await online()).toContain(original);

    await expect.poll(async () => (await pairs(api)).length, { timeout: 60_000 }).toBe(1);
    const [pair] = await pairs(api);
    expect(pair).toMatchObject({ kind: 'clone', older: { id: original } });
    expect(pair?.evidence).toContain('key');
    expect(pair?.newer.machineGuid).not.toBe(pair?.older.machineGuid);
    // Both run on the same hardware: what Wine gives of its firmware is read on both, and is the same.
    expect(pair?.newer.smbiosUuid).toBe(pair?.older.smbiosUuid);
    expect(copy.log()).toContain('is a machine of its own now');
    expect(client.log()).not.toContain('cloned-key');
    await client.kill(first);
    await copy.kill(started);
  } finally {
    await second.dispose();
    await product.dispose();
  }
});

/** Starts the client and waits until its machine is online. */
async function connected(client: ClientProgram, online: () => Promise<string[]>) {
  const started = client.start();
  await expect.poll(online, { timeout: 60_000, message: client.log() }).toHaveLength(1);
  return started;
}

async function pairs(api: Api) {
  return possibleDuplicatePageSchema.parse(await api.get('/duplicates?state=open')).items;
}
