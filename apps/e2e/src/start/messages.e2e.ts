import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { makeFolder, removeFolder } from '../folders';
import { processesOf } from '../processes';
import { freePort, runServer } from '../product';
import { type Program, runProgram } from '../program';

/** A stack is for programmers; the person who starts the product gets sentences. */
const stack = /^\s+at .+[:(]\d+/m;

let folder: string;
let dataDirectory: string;

test.beforeEach(() => {
  folder = makeFolder();
  dataDirectory = join(folder, 'data');
});

test.afterEach(() => {
  removeFolder(folder);
});

async function refuses(program: Program, ...reasons: readonly RegExp[]): Promise<void> {
  const { code } = await program.ended;
  for (const reason of reasons) expect(program.output()).toMatch(reason);
  expect(program.output()).not.toMatch(stack);
  expect(code).toBe(1);
  await expect.poll(() => processesOf(folder)).toEqual([]);
}

test('a port that is in use is named, with the way out', async () => {
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const program = runServer({ port, dataDirectory, environment: {} });
    await refuses(program, new RegExp(`can't start: Port ${port} is in use.*PORT=`));
  } finally {
    other.close();
  }
});

test('every bad variable is named at once', async () => {
  const environment = {
    PORT: 'eighty',
    DATABASE_URL: 'mysql://root@localhost/x',
    FLEETMEND_ADMIN_PASSWORD: 'short',
    LOG_LEVEL: 'loud',
  };
  const program = runServer({ port: 1, dataDirectory, environment });
  await refuses(
    program,
    /PORT must be a whole number/,
    /DATABASE_URL must look like postgres:/,
    /FLEETMEND_ADMIN_PASSWORD must have at least 12 characters/,
    /LOG_LEVEL must be one of/,
  );
  expect(program.output()).not.toContain('short');
});

test('an administrator without a password is refused', async () => {
  const environment = { FLEETMEND_ADMIN_PASSWORD: '' };
  const program = runServer({ port: await freePort(), dataDirectory, environment });
  await refuses(program, /FLEETMEND_ADMIN_EMAIL and FLEETMEND_ADMIN_PASSWORD must be set together/);
});

test('an unreachable database is named, its password is not', async () => {
  const nobody = await freePort();
  const environment = { DATABASE_URL: `postgres://fm:s3cret-word@127.0.0.1:${nobody}/fm` };
  const program = runServer({ port: await freePort(), dataDirectory, environment });
  await refuses(program, new RegExp(`can't start: .*127\\.0\\.0\\.1:${nobody}`));
  expect(program.output()).not.toContain('s3cret-word');
});

test('a data folder that is a file is named', async () => {
  writeFileSync(dataDirectory, '');
  const program = runServer({ port: await freePort(), dataDirectory, environment: {} });
  await refuses(program, /can't start: .*data/);
});

for (const [args, message] of [
  [['--dmeo'], /npm start doesn't know "--dmeo"[^]*--demo\[=N\]/],
  [['--demo=lots'], /--demo=lots: the number of machines must be from 1 to 5000/],
] as const) {
  test(`npm start -- ${args.join(' ')} is refused before anything is built`, async () => {
    const program = runProgram('tools/bootstrap.mjs', ['start', ...args], {});
    await refuses(program, message);
    expect(program.output()).not.toContain('Building');
  });
}
