import { type Inventory, inventorySchema } from '@fleetmend/client-protocol';
import { obstaclesOf } from '@fleetmend/domain';
import { type MachineProfile, profileOf } from './fleet';
import { inventoryOf } from './inventory';

const now = new Date('2026-11-20T12:00:00.000Z');
const moment = {
  now,
  bootedAt: new Date('2026-11-18T06:30:00.000Z'),
  backups: [],
  waitingReports: 2,
};
const profiles = Array.from({ length: 400 }, (_, index) => profileOf('a', index));
const told = profiles.map((profile) => inventoryOf(profile, moment));
const share = (fits: (inventory: Inventory) => boolean) => told.filter(fits).length / told.length;
const about = (machine: Inventory, what: string) =>
  obstaclesOf(machine, now).filter((one) => one.about === what);

describe('the inventories of a fleet', () => {
  it('are what the protocol takes, and the same every time', () => {
    for (const inventory of told) {
      expect(inventorySchema.safeParse(inventory).error).toBeUndefined();
      expect(inventorySchema.parse(inventory)).toEqual(inventory);
    }
    expect(profiles.map((profile) => inventoryOf(profile, moment))).toEqual(told);
  });

  it('differ as those of a real fleet do: most are in order, some of everything are not', () => {
    const between = (value: number, low: number, high: number) => {
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    between(
      share(({ updatePolicy }) => updatePolicy?.wsusServer !== undefined),
      0.05,
      0.4,
    );
    between(
      share(({ pendingRestart }) => pendingRestart?.pending === true),
      0,
      0.1,
    );
    between(
      share(({ backups }) => (backups?.folders.length ?? 0) > 0),
      0.03,
      0.25,
    );
    between(
      share(({ join }) => join?.entraJoined === true),
      0.4,
      0.9,
    );
    for (const what of ['policy', 'clock', 'service', 'disk', 'activity', 'restart'])
      between(
        share((machine) => about(machine, what).length > 0),
        0,
        0.8,
      );
    between(
      share((machine) => obstaclesOf(machine, now).length === 0),
      0.1,
      0.9,
    );
  });

  it.each<[NonNullable<MachineProfile['trouble']>['refusedBy'], string]>([
    ['check-update-policy', 'policy'],
    ['check-free-space', 'disk'],
    ['check-pending-restart', 'restart'],
  ])('agree with what the preflight finds: %s', (refusedBy, what) => {
    const blocked = told.filter((_, index) => profiles[index]?.trouble?.refusedBy === refusedBy);
    expect(blocked.length).toBeGreaterThan(0);
    for (const machine of blocked) {
      expect(about(machine, what).map(({ weight }) => weight)).toContain('blocks');
    }
  });

  it('tell of folders that runs set aside, with their runs', () => {
    const runId = '9e8d7c6b-5a49-4837-a625-140312f1e0d9';
    const backup = { runId, name: 'SoftwareDistribution.bak-20261120113000', at: now };
    const [profile] = profiles;
    const { backups } = inventoryOf(profile!, { ...moment, backups: [backup] });
    expect(backups?.folders).toContainEqual(
      expect.objectContaining({
        path: 'C:\\Windows\\SoftwareDistribution.bak-20261120113000',
        ...{ origin: 'fleetmend', runId, bytes: profile?.cacheBytes },
      }),
    );
  });
});
