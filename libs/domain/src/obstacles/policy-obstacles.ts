import type { Obstacle, ToldMachine, UpdateSetting } from './obstacle';

const DAY_MS = 24 * 3_600_000;
/** So long a pause lasts from its start, says Microsoft's documentation of Windows Update for Business. */
const PAUSE_DAYS = 35;

/** Who set it, for people. */
const AUTHORS: ReadonlyMap<string, string> = new Map([
  ['group-policy', 'Group policy'],
  ['mdm', 'Device management (MDM)'],
  ['settings', 'A person, in Settings'],
]);

/** AUOptions, as far as updates then wait for somebody. */
const WAITING_OPTIONS: ReadonlyMap<string | number, string> = new Map([
  [2, 'Updates wait until somebody downloads them'],
  [3, 'Updates wait until somebody installs them'],
  [7, 'Updates wait until somebody installs them'],
]);

/** Who sets a value of Windows Update, for people. */
export function settingAuthor(from: string): string {
  return AUTHORS.get(from) ?? from;
}

class Settings {
  constructor(private readonly all: readonly UpdateSetting[]) {}

  /** The settings of this name that are `wanted`. */
  that(name: string, wanted: (value: string | number) => boolean): UpdateSetting[] {
    return this.all.filter((one) => one.name === name && wanted(one.value));
  }

  first(name: string, from: string): string | number | undefined {
    return this.all.find((one) => one.name === name && one.from === from)?.value;
  }
}

const is = (wanted: number) => (value: string | number) => value === wanted;
const isDays = (value: string | number): value is number => typeof value === 'number' && value > 0;

function obstacle(
  weight: Obstacle['weight'],
  title: string,
  { name, value, from }: UpdateSetting,
  meaning = '',
): Obstacle {
  const rests = `${settingAuthor(from)}: ${name} is ${value}.`;
  return { about: 'policy', weight, title, detail: meaning === '' ? rests : `${rests} ${meaning}` };
}

/** What policies keep from the machine. They are the administrator's will: told, never to be "repaired". */
export function policyObstacles(
  policy: NonNullable<ToldMachine['updatePolicy']>,
  now: Date,
): Obstacle[] {
  if (!policy.settings) return oldClientsObstacles(policy);
  const settings = new Settings(policy.settings);
  return [
    ...forbidden(settings, policy.wsusServer),
    ...pauses(settings, now),
    ...automatic(settings),
    ...lateness(settings),
    ...source(settings, policy.wsusServer),
  ];
}

/** Old clients tell no settings. */
function oldClientsObstacles(policy: NonNullable<ToldMachine['updatePolicy']>): Obstacle[] {
  const from = 'group-policy';
  return [
    ...(policy.updateAccessDisabled
      ? [noAccess({ name: 'DisableWindowsUpdateAccess', value: 1, from })]
      : []),
    ...(policy.automaticUpdatesDisabled
      ? [notAutomatic({ name: 'NoAutoUpdate', value: 1, from })]
      : []),
    ...(policy.wsusServer === undefined ? [] : [wsus(policy.wsusServer)]),
  ];
}

const noAccess = (setting: UpdateSetting) =>
  obstacle('blocks', 'Access to Windows Update is forbidden', setting);
const notAutomatic = (setting: UpdateSetting) =>
  obstacle(
    'delays',
    'Automatic updates are switched off',
    setting,
    'Somebody, or another program, must install updates.',
  );
const wsus = (server: string): Obstacle => ({
  ...{ about: 'policy', weight: 'tells', title: 'Updates come from a WSUS server' },
  detail: `${server}. Only what is approved there is offered.`,
});

function forbidden(settings: Settings, wsusServer: string | undefined): Obstacle[] {
  return [
    ...settings.that('DisableWindowsUpdateAccess', is(1)).map(noAccess),
    ...settings.that('AllowUpdateService', is(0)).map(noAccess),
    ...settings
      .that('DoNotConnectToWindowsUpdateInternetLocations', is(1))
      .map((setting) =>
        wsusServer === undefined
          ? obstacle(
              'blocks',
              "Microsoft's update servers are forbidden, and there is no other",
              setting,
              'No WSUS server is in use.',
            )
          : obstacle('tells', "Microsoft's update servers are forbidden", setting),
      ),
  ];
}

function pauses(settings: Settings, now: Date): Obstacle[] {
  const found: Obstacle[] = [];
  const pause = (what: string, setting: UpdateSetting, until: number) => {
    const end = new Date(until);
    if (Number.isNaN(end.getTime()) || end <= now) return;
    const day = end.toISOString().slice(0, 10);
    found.push(obstacle('blocks', `${what} are paused until ${day}`, setting));
  };
  const [all] = settings.that('PauseUpdatesExpiryTime', () => true);
  if (all) pause('Updates', all, momentOf(all.value));
  for (const [kind, words] of [
    ['Quality', 'Quality updates'],
    ['Feature', 'Feature updates'],
  ] as const) {
    if (found.length === 0) {
      for (const one of settings.that(`Pause${kind}UpdatesEndTime`, () => true))
        pause(words, one, momentOf(one.value));
    }
    for (const one of settings.that(`Pause${kind}UpdatesStartTime`, () => true)) {
      // Device management says besides whether the pause counts.
      if (one.from === 'mdm' && settings.first(`Pause${kind}Updates`, 'mdm') !== 1) continue;
      pause(words, one, momentOf(one.value) + PAUSE_DAYS * DAY_MS);
    }
  }
  return found;
}

function momentOf(value: string | number): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function automatic(settings: Settings): Obstacle[] {
  return [
    ...settings.that('NoAutoUpdate', is(1)).map(notAutomatic),
    ...settings.that('AllowAutoUpdate', is(5)).map(notAutomatic),
    ...settings
      .that('AUOptions', (value) => WAITING_OPTIONS.has(value))
      .map((one) => obstacle('delays', WAITING_OPTIONS.get(one.value) ?? '', one)),
  ];
}

function lateness(settings: Settings): Obstacle[] {
  const deferrals = (['Quality', 'Feature'] as const).flatMap((kind) =>
    settings
      .that(`Defer${kind}UpdatesPeriodInDays`, isDays)
      // A group policy counts only when it is switched on.
      .filter(
        ({ from }) =>
          from !== 'group-policy' || settings.first(`Defer${kind}Updates`, 'group-policy') === 1,
      )
      .map((one) => {
        const days = one.value === 1 ? 'a day' : `${one.value} days`;
        return obstacle('delays', `${kind} updates come ${days} late`, one);
      }),
  );
  const held = [
    ...(settings.first('TargetReleaseVersion', 'group-policy') === 1
      ? settings.that('TargetReleaseVersionInfo', (value) => value !== '')
      : []),
    ...settings
      .that('TargetReleaseVersion', (value) => typeof value === 'string' && value !== '')
      .filter(({ from }) => from === 'mdm'),
  ].map((one) =>
    obstacle(
      'delays',
      `Windows is held at version ${one.value}`,
      one,
      'Later feature updates are not offered.',
    ),
  );
  return [...deferrals, ...held];
}

function source(settings: Settings, wsusServer: string | undefined): Obstacle[] {
  const wanted = settings.that('UseWUServer', is(1));
  return [
    ...(wsusServer === undefined ? [] : [wsus(wsusServer)]),
    ...(wsusServer === undefined
      ? wanted.map((one) =>
          obstacle('blocks', 'A WSUS server is prescribed, but none is named', one),
        )
      : []),
    ...settings
      .that('ExcludeWUDriversInQualityUpdate', is(1))
      .map((one) => obstacle('tells', 'Drivers are left out of updates', one)),
  ];
}
