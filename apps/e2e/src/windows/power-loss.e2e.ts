import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Report } from '@fleetmend/client-protocol';
import { installed, scanEnded, update } from './reporting-events';
import { expect, test } from './windows-test';

/** As the client's own tests say: a process that ended at once. */
const KILLED = 137;
/** More than any run writes; the test ends with the first run that isn't cut off any more. */
const MOST_WRITES = 80;

test.use({ purpose: 'power loss' });
test.skip(
  process.platform === 'win32',
  'a real update service takes too long to stop and start to do it for every write',
);

test.beforeAll(async ({ testbed, server }) => {
  testbed.windowsUpdate.afterReset = [scanEnded(), installed()];
  await testbed.client.must('enroll', '--server', server.url, '--token', server.token);
});

// Before a write something may have been done already that the journal doesn't know yet; after it something is
// announced that was not done.
for (const when of ['before', 'after'] as const) {
  test(`the power may fail ${when} every single write of the journal`, async ({
    testbed,
    server,
  }) => {
    test.setTimeout(600_000);
    const { client, windowsUpdate } = testbed;
    const failure = { code: '0x80070002', phase: 'download', updateId: update.id };
    let cutOff = 0;
    for (let write = 1; write <= MOST_WRITES; write++) {
      server.forgetOrders();
      for (const backup of windowsUpdate.backups()) {
        rmSync(join(windowsUpdate.folder, '..', backup), { recursive: true });
      }
      const runId = await server.order({ failure });
      const isVerdict = (one: Report) =>
        one.kind === 'run-event' && one.runId === runId && one.event === 'verdict';
      const first = client.start({
        FLEETMEND_CLIENT_CRASH_AT: when === 'before' ? `${write}-before` : String(write),
      });
      const whole = server.report(isVerdict, 60_000).then(() => 'whole' as const);
      whole.catch(() => undefined);
      const how = await Promise.race([whole, first.exited]);
      if (how === 'whole') {
        await client.kill(first);
        break;
      }
      expect(how.code, `write ${write}: ${how.stdout}\n${how.stderr}`).toBe(KILLED);
      cutOff += 1;

      const second = client.start();
      const verdict = await server.verdict(runId);
      await test.step(`${when} write ${write}: ${verdict.verdict}`, async () => {
        const events = server.eventsOf(runId);
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
        expect(await windowsUpdate.state()).toBe('RUNNING');
        expect(existsSync(windowsUpdate.folder)).toBe(true);
        expect(windowsUpdate.backups().length).toBeLessThanOrEqual(1);
        expect(verdict.verdict).toBe('fixed');
      });
      await client.kill(second);
    }
    expect(cutOff).toBeGreaterThan(20);
  });
}
