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
  readonly server: FakeServer;
}

/**
 * Playwright's `test` with a machine (Wine, started once for a file and deleted after it) and a server that the test
 * holds in its hands. Skipped, saying why, where no Windows programs can be run; in CI that is a failure.
 */
export const test = base.extend<
  { server: FakeServer },
  { testbed: Testbed; environment: Readonly<Record<string, string>> }
>({
  environment: [quick, { option: true, scope: 'worker' }],
  testbed: [
    async ({ environment }, use) => {
      const found = await prepareTestbed();
      if (!found.available) {
        if (process.env['CI'] === 'true') throw new Error(found.reason);
        base.skip(true, found.reason);
        return;
      }
      const machine = await found.createPrefix({ environment });
      const windowsUpdate = await WindowsUpdate.on(machine);
      const server = await FakeServer.start();
      await use({ machine, windowsUpdate, client: ClientProgram.on(machine), server });
      await server.goAway();
      await windowsUpdate.stop();
      await machine.dispose();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  server: async ({ testbed }, use) => {
    await use(testbed.server);
  },
});

export { expect } from '@playwright/test';
