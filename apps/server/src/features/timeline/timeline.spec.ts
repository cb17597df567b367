import { timelineEntrySchema } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { OPERATOR, remediation, testFleet } from '../../../testing/test-fleet';
import { RemediationsService } from '../runs/remediations.service';
import { TimelineService } from './timeline.service';

describe('the timeline of a machine', () => {
  const fleet = testFleet();
  const timeline = () => fleet.get(TimelineService);

  it('has everything, newest first, in pages without gaps', async () => {
    const machine = await fleet.machine();
    fleet.clock.pass(600);
    await fleet.report(
      machine,
      ...Array.from({ length: 7 }, (_, index) => fleet.failure(-300 - index)),
      ...Array.from({ length: 3 }, () => fleet.failure(-200)),
      fleet.failure(-150, { updateKind: 'store-app' }),
      fleet.success(-100),
      {
        ...{ kind: 'rejected-order', reason: 'bad-signature', message: 'not by our server' },
        digest: 'a'.repeat(64),
      },
    );
    fleet.clock.pass(1);
    await fleet.get(RemediationsService).create(remediation([machine]), OPERATOR);
    const seen = [];
    let cursor: string | undefined;
    do {
      const page = await timeline().page(machine, { limit: 4, cursor });
      seen.push(...page.items.map((item) => timelineEntrySchema.parse(item)));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen.map(({ kind }) => kind)).toEqual([
      ...['run', 'rejected-order', 'success'],
      ...Array<string>(11).fill('failure'),
      'enrolled',
    ]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const times = seen.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    expect(seen[3]).toMatchObject({ updateKind: 'store-app', fingerprintId: null });
    expect(seen[4]).toMatchObject({
      ...{ symbol: 'ERROR_FILE_NOT_FOUND', update: 'KB5034441', evidence: [{ record: 'a line' }] },
    });
  });

  it('knows machines that nothing happened to from machines that are not there', async () => {
    const machine = await fleet.enrolled('quiet');
    expect((await timeline().page(machine, { limit: 5 })).items).toMatchObject([
      { kind: 'enrolled', tokenLabel: 'test' },
    ]);
    await expect(timeline().page(randomUUID(), { limit: 5 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
