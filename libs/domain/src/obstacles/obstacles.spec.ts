import fc from 'fast-check';
import type { Obstacle, ToldMachine, UpdateSetting } from './obstacle';
import { obstaclesOf, untold } from './obstacles';

const now = new Date('2026-11-20T12:00:00.000Z');
const GIB = 1024 ** 3;

const gp = (name: string, value: string | number): UpdateSetting => ({
  ...{ name, value, from: 'group-policy' },
});
const mdm = (name: string, value: string | number): UpdateSetting => ({ name, value, from: 'mdm' });
const person = (name: string, value: string): UpdateSetting => ({ name, value, from: 'settings' });
const policy = (settings: readonly UpdateSetting[], wsusServer?: string): ToldMachine => ({
  updatePolicy: {
    ...{ automaticUpdatesDisabled: false, updateAccessDisabled: false, settings },
    ...(wsusServer === undefined ? {} : { wsusServer }),
  },
});
const service = (name: string, state: string, startType: string): ToldMachine => ({
  services: [{ name, state, startType }],
});
const WSUS = 'http://wsus.corp.example:8530';

const titles = (told: ToldMachine) =>
  obstaclesOf(told, now).map(({ weight, title }) => `${weight}: ${title}`);

describe('what may keep a machine from its updates', () => {
  it.each<[string, ToldMachine, string[]]>([
    ['nothing known', {}, []],
    ['all in order', { freeSystemDiskBytes: 80 * GIB, clockOffsetMs: 0, ...policy([]) }, []],
    [
      'a pending restart',
      { pendingRestart: { pending: true, reasons: ['windows-update'] } },
      ['blocks: A restart is pending'],
    ],
    [
      'renames of some program',
      { pendingRestart: { pending: false, reasons: ['file-renames'] } },
      [],
    ],
    ['little space', { freeSystemDiskBytes: 9.5 * GIB }, ['delays: Only 9.5 GB are free']],
    ['no space', { freeSystemDiskBytes: GIB }, ['blocks: Only 1.0 GB are free']],
    [
      'the update service disabled',
      service('wuauserv', 'stopped', 'disabled'),
      ['blocks: The service wuauserv is disabled'],
    ],
    [
      'a service that hangs',
      service('BITS', 'stop-pending', 'manual'),
      ['delays: The service BITS is stop-pending'],
    ],
    ['a service at rest', service('wuauserv', 'stopped', 'manual'), []],
    ['a service of no interest', service('spooler', 'stopped', 'disabled'), []],
    [
      'Configuration Manager',
      service('ccmexec', 'running', 'automatic'),
      ['tells: Configuration Manager is at work here'],
    ],
    ['a clock that is minutes off', { clockOffsetMs: 299_000 }, []],
    ['a clock behind', { clockOffsetMs: 360_000 }, ['delays: The clock is 6 minutes behind']],
    [
      'a clock years ahead',
      { clockOffsetMs: -86_400_000 * 800 },
      ['blocks: The clock is 800 days ahead'],
    ],
    [
      'a clock that nobody sets',
      { timeSource: { type: 'NoSync' } },
      ['tells: Windows does not set its clock'],
    ],
    [
      'an old scan and an old installation',
      {
        updateActivity: {
          lastScan: { at: '2026-11-01T12:00:00Z' },
          lastInstall: { at: '2026-08-01T12:00:00Z' },
        },
      },
      [
        'delays: The last scan that ended well was 19 days ago',
        'tells: The last update was installed 111 days ago',
      ],
    ],
    ['a metered connection', { network: { metered: true } }, ['delays: The connection is metered']],
    ['a free one', { network: { metered: false } }, []],
    [
      'a client that dies',
      { client: { unexpectedEnds: 2, lastUnexpectedEndReason: 'killed' } },
      ['tells: The client ended unexpectedly 2 times'],
    ],
    [
      'a client that sees little',
      { client: { rejectedReports: 1, unavailableSources: [{ name: 'System', message: 'no' }] } },
      ["tells: The client can't read System", 'tells: 1 report was refused by the server'],
    ],
  ])('of a machine with %s', (_, told, expected) => {
    expect(titles(told)).toEqual(expected);
  });

  it.each<[string, readonly UpdateSetting[], string | undefined, string[]]>([
    [
      'no access',
      [gp('DisableWindowsUpdateAccess', 1)],
      undefined,
      ['blocks: Access to Windows Update is forbidden'],
    ],
    [
      'no access by device management',
      [mdm('AllowUpdateService', 0)],
      undefined,
      ['blocks: Access to Windows Update is forbidden'],
    ],
    ['access', [gp('DisableWindowsUpdateAccess', 0), mdm('AllowUpdateService', 1)], undefined, []],
    [
      'no internet and no WSUS',
      [gp('DoNotConnectToWindowsUpdateInternetLocations', 1)],
      undefined,
      ["blocks: Microsoft's update servers are forbidden, and there is no other"],
    ],
    [
      'no internet, but WSUS',
      [gp('DoNotConnectToWindowsUpdateInternetLocations', 1), gp('UseWUServer', 1)],
      WSUS,
      ["tells: Microsoft's update servers are forbidden", 'tells: Updates come from a WSUS server'],
    ],
    [
      'WSUS without a server',
      [gp('UseWUServer', 1)],
      undefined,
      ['blocks: A WSUS server is prescribed, but none is named'],
    ],
    [
      'nothing automatic',
      [gp('NoAutoUpdate', 1), mdm('AllowAutoUpdate', 5)],
      undefined,
      ['delays: Automatic updates are switched off', 'delays: Automatic updates are switched off'],
    ],
    [
      'somebody to wait for',
      [gp('AUOptions', 2)],
      undefined,
      ['delays: Updates wait until somebody downloads them'],
    ],
    ['the usual options', [gp('AUOptions', 4), mdm('AllowAutoUpdate', 1)], undefined, []],
    [
      'deferrals',
      [
        gp('DeferQualityUpdates', 1),
        gp('DeferQualityUpdatesPeriodInDays', 1),
        mdm('DeferFeatureUpdatesPeriodInDays', 30),
      ],
      undefined,
      ['delays: Quality updates come a day late', 'delays: Feature updates come 30 days late'],
    ],
    [
      'a deferral that is not switched on',
      [gp('DeferFeatureUpdatesPeriodInDays', 30), mdm('DeferQualityUpdatesPeriodInDays', 0)],
      undefined,
      [],
    ],
    [
      'a version that it must keep',
      [gp('TargetReleaseVersion', 1), gp('TargetReleaseVersionInfo', '23H2')],
      undefined,
      ['delays: Windows is held at version 23H2'],
    ],
    [
      'a version by device management',
      [mdm('TargetReleaseVersion', '23H2')],
      undefined,
      ['delays: Windows is held at version 23H2'],
    ],
    [
      'a version that is not switched on',
      [gp('TargetReleaseVersion', 0), gp('TargetReleaseVersionInfo', '23H2')],
      undefined,
      [],
    ],
    [
      'a pause',
      [person('PauseUpdatesExpiryTime', '2026-12-01T00:00:00Z')],
      undefined,
      ['blocks: Updates are paused until 2026-12-01'],
    ],
    [
      'a pause of one kind',
      [person('PauseFeatureUpdatesEndTime', '2026-12-01T00:00:00Z')],
      undefined,
      ['blocks: Feature updates are paused until 2026-12-01'],
    ],
    [
      'a pause that is over',
      [person('PauseUpdatesExpiryTime', '2026-11-01T00:00:00Z')],
      undefined,
      [],
    ],
    ['a pause that is no date', [person('PauseUpdatesExpiryTime', 'soon')], undefined, []],
    [
      'a pause by policy',
      [gp('PauseQualityUpdatesStartTime', '2026-11-10')],
      undefined,
      ['blocks: Quality updates are paused until 2026-12-15'],
    ],
    [
      'a pause by policy that ran out',
      [gp('PauseQualityUpdatesStartTime', '2026-09-01')],
      undefined,
      [],
    ],
    [
      'a pause of device management that is lifted',
      [mdm('PauseQualityUpdates', 0), mdm('PauseQualityUpdatesStartTime', '2026-11-10')],
      undefined,
      [],
    ],
    [
      'drivers left out',
      [gp('ExcludeWUDriversInQualityUpdate', 1)],
      undefined,
      ['tells: Drivers are left out of updates'],
    ],
    ['what nobody knows', [gp('Anything', 'x')], undefined, []],
  ])('of a machine whose policies say: %s', (_, settings, server, expected) => {
    expect(titles(policy(settings, server))).toEqual(expected);
  });

  it('understands what old clients tell of policies', () => {
    expect(
      titles({
        updatePolicy: {
          ...{ automaticUpdatesDisabled: true, updateAccessDisabled: true, wsusServer: WSUS },
        },
      }),
    ).toEqual([
      'blocks: Access to Windows Update is forbidden',
      'delays: Automatic updates are switched off',
      'tells: Updates come from a WSUS server',
    ]);
  });

  it('says who prescribes it, and what could be freed', () => {
    expect(obstaclesOf(policy([mdm('AllowUpdateService', 0)]), now)[0]?.detail).toBe(
      'Device management (MDM): AllowUpdateService is 0.',
    );
    const full = { freeSystemDiskBytes: GIB, backups: { folders: [{ bytes: 4 * GIB }, {}] } };
    expect(obstaclesOf(full, now)[0]?.detail).toContain('set aside hold another 4.0 GB');
  });

  it('names what was not told', () => {
    expect(untold({})).toHaveLength(6);
    expect(untold(policy([]))).not.toContain('all update policies');
    expect(
      untold({ updatePolicy: { automaticUpdatesDisabled: false, updateAccessDisabled: false } }),
    ).toContain('all update policies');
  });

  it('puts the heaviest first and takes whatever a machine says', () => {
    const words = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('constructor', '__proto__', '+275760-09-12T00:00:00.000Z'),
    );
    const setting = fc.record({
      name: fc.oneof(
        words,
        fc.constantFrom(
          'AUOptions',
          'PauseUpdatesExpiryTime',
          'TargetReleaseVersion',
          'UseWUServer',
        ),
      ),
      value: fc.oneof(words, fc.integer()),
      from: words,
    });
    const told = fc.record(
      {
        freeSystemDiskBytes: fc.nat(),
        clockOffsetMs: fc.integer(),
        services: fc.array(fc.record({ name: words, state: words, startType: words })),
        pendingRestart: fc.record({ pending: fc.boolean(), reasons: fc.array(words) }),
        updateActivity: fc.record({ lastScan: fc.record({ at: words }) }),
        updatePolicy: fc.record({
          automaticUpdatesDisabled: fc.boolean(),
          updateAccessDisabled: fc.boolean(),
          settings: fc.array(setting),
        }),
      },
      { requiredKeys: [] },
    );
    const order = (weight: Obstacle['weight']) => ['blocks', 'delays', 'tells'].indexOf(weight);
    fc.assert(
      fc.property(told, (machine) => {
        const found = obstaclesOf(machine, now);
        const weights = found.map(({ weight }) => order(weight));
        expect(weights).toEqual([...weights].sort());
        expect(weights).not.toContain(-1);
        for (const { title, detail } of found) expect(`${title} ${detail}`).not.toMatch(/function/);
      }),
    );
  });
});
