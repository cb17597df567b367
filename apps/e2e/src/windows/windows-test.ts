import { test as base } from '@playwright/test';
import { ClientProgram, quick } from './client-program';
import { FakeServer } from './fake-server';
import { prepareTestbed, type WindowsMachine } from './testbed';
import { WindowsUpdate } from './windows-update';

/** What the tests of one file share: a Windows machine of their own with Windows Update and the executable. */
export interface Testbed {
  readonly machine: WindowsMachine;
  readonly windowsUpdate: WindowsUpdate;
  readonly client: ClientProgram;
}

/**
 * Playwright's `test` with a machine (Wine, started once and deleted at the end, or this Windows) and a server that the
 * test holds in its hands. Files that name different purposes (`test.use`) get machines of their own. Skipped, saying
 * why, where no Windows programs can be run; in CI that is a failure.
 */
export const test = base.extend<object, { testbed: Testbed; server: FakeServer; purpose: string }>({
  purpose: ['', { option: true, scope: 'worker' }],
  testbed: [
    async ({ purpose }, use) => {
      const found = await prepareTestbed();
      if (!found.available) {
        if (process.env['CI'] === 'true') throw new Error(found.reason);
        base.skip(true, found.reason);
        return;
      }
      const machine = await found.createPrefix({
        environment: { ...quick, FLEETMEND_TEST: purpose },
      });
      try {
        const windowsUpdate = await WindowsUpdate.on(machine);
        await use({ machine, windowsUpdate, client: ClientProgram.on(machine) });
        await windowsUpdate.stop();
      } finally {
        await machine.dispose();
      }
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  server: [
    async ({ testbed }, use) => {
      const server = await FakeServer.start(() => testbed.client.log());
      await use(server);
      await server.goAway();
    },
    { scope: 'worker' },
  ],
});

export { expect } from '@playwright/test';
