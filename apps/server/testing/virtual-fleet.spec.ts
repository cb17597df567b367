import type { Verdict } from '@fleetmend/domain';
import { type FaultProfile, parseFaultProfile } from '@fleetmend/simulation';
import { RemediationsService } from '../src/features/runs/remediations.service';
import { OPERATOR, remediation, testFleet } from './test-fleet';
import { DAY, virtualFleet } from './virtual-fleet';

// The server is real from its services down to PostgreSQL; the machines and time are not.

const fleet = testFleet();

/** How many of each. */
function count(verdicts: readonly (Verdict | null | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) counts[verdict ?? 'none'] = (counts[verdict ?? 'none'] ?? 0) + 1;
  return counts;
}

/** Pushes the reset to 60 machines of this kind, and lets days pass. */
async function played(seed: string, profiles: readonly FaultProfile[], days: number) {
  const { virtual } = virtualFleet(fleet, { seed, machines: 60, profiles, tickMinutes: 15 });
  await virtual.enrol();
  const ids = virtual.machines.map(({ id }) => id);
  const failing = await fleet.database.query<{ fingerprintId: string; machineIds: string[] }>(
    `SELECT fingerprint_id AS "fingerprintId", array_agg(machine_id) AS "machineIds"
       FROM machine_fingerprints WHERE machine_id = ANY ($1::uuid[]) GROUP BY 1`,
    [ids],
  );
  for (const { fingerprintId, machineIds } of failing) {
    const request = remediation(machineIds, { fingerprintId, expiresInHours: 336 });
    await fleet.get(RemediationsService).create(request, OPERATOR);
  }
  await virtual.play(days * DAY);
  expect(virtual.refusals).toEqual([]);
  const rows = await fleet.database.query<{ id: string; verdict: Verdict | null }>(
    'SELECT id, verdict FROM runs WHERE machine_id = ANY ($1::uuid[])',
    [ids],
  );
  const told = new Map(virtual.truths.map((truth) => [truth.runId, truth]));
  const known = rows.map((row) => {
    const truth = told.get(row.id);
    return truth?.isLost === true ? 'lost' : truth?.verdict;
  });
  return { virtual, verdicts: count(rows.map(({ verdict }) => verdict)), known: count(known) };
}

describe('the verdicts of the server are those that the machines know', () => {
  it.each<[string, readonly string[], number, Partial<Record<Verdict, number>>]>([
    ['nothing wrong', [], 1, { fixed: 40 }],
    ['flapping', ['flapping=1'], 1, { fixed: 40 }],
    ['lying successes', ['lying-success=1'], 1, { recurred: 50 }],
    ['machines that are lost', ['lost-after-step-3=1'], 2, { lost: 60 }],
    ['slow machines', ['slow=1'], 1, { fixed: 20 }],
    ['cloned machines', ['cloned=0.2'], 1, { fixed: 40 }],
    ['machines away for days', ['offline-for-days=1'], 9, { fixed: 40 }],
    ['what fails again', ['fails-again=1'], 3, { recurred: 40 }],
    ['new errors', ['new-error=1'], 1, { 'new-error': 50 }],
    ['a bad version', ['bad-version:reset-software-distribution@2=1'], 1, { 'step-failed': 60 }],
  ])('%s', async (name, profiles, days, least) => {
    const { verdicts, known, virtual } = await played(name, profiles.map(parseFaultProfile), days);
    expect(verdicts).toEqual(known);
    for (const [verdict, number] of Object.entries(least)) {
      expect(verdicts[verdict]).toBeGreaterThanOrEqual(number);
    }
    if (name.startsWith('cloned')) expect(virtual.machines.length).toBeGreaterThan(60);
  });

  it('wrong clocks, but for what a clock that is behind hides: that stays unproven', async () => {
    const { verdicts, known } = await played('clocks', [parseFaultProfile('clock-off=1')], 2);
    const { fixed = 0, 'scan-ok-not-installed': unproven = 0, ...others } = verdicts;
    const { fixed: truly = 0, 'scan-ok-not-installed': open = 0, ...same } = known;
    expect(others).toEqual(same);
    expect(fixed + unproven).toBe(truly + open);
    expect(fixed).toBeLessThanOrEqual(truly);
    expect(fixed).toBeGreaterThan(30);
  });
});
