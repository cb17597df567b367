import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { signIn } from '../api';
import { makeFolder, removeFolder } from '../folders';
import { processesOf } from '../processes';
import { freePort, runServer, startProduct, untilHealthy } from '../product';

let folder: string;
let dataDirectory: string;

test.beforeEach(() => {
  folder = makeFolder();
  dataDirectory = join(folder, 'data');
});

test.afterEach(async () => {
  await expect.poll(() => processesOf(folder)).toEqual([]);
  removeFolder(folder);
});

// The first start makes the database: it's killed while it does, a little later each time.
for (const milliseconds of [150, 400, 700, 1000, 1500]) {
  test(`a first start that died after ${milliseconds} ms is finished by the next`, async () => {
    const port = await freePort();
    const first = runServer({ port, dataDirectory, environment: {} });
    setTimeout(() => first.child.kill('SIGKILL'), milliseconds);
    await first.ended;
    const second = await startProduct({ port, dataDirectory });
    await expect(signIn(second.url)).resolves.toBeDefined();
    expect((await second.stop()).code).toBe(0);
  });
}

test('after a crash the next start takes over and has everything', async () => {
  const crashed = await startProduct({ dataDirectory });
  const before = await signIn(crashed.url);
  await before.send('/users', {
    email: 'second@example.org',
    name: 'Second',
    role: 'viewer',
    password: 'a long enough password',
  });
  await crashed.kill();
  const next = await startProduct({ port: crashed.port, dataDirectory });
  const api = await signIn(next.url);
  expect(JSON.stringify(await api.get('/users'))).toContain('second@example.org');
  await next.stop();
});

test('a second server on the same data is refused, and the first goes on', async () => {
  const first = await startProduct({ dataDirectory });
  const second = runServer({ port: await freePort(), dataDirectory, environment: {} });
  expect((await second.ended).code).toBe(1);
  expect(second.output()).toMatch(/can't start: Another FleetMend server is running/);
  await untilHealthy(first.url, first.program, 5000);
  await first.stop();
});
