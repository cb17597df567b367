import { type Inventory } from '@fleetmend/client-protocol';
import { type Registry } from '../windows/windows';
import { words } from './reading';

type UpdatePolicy = NonNullable<Inventory['updatePolicy']>;
type Setting = NonNullable<UpdatePolicy['settings']>[number];

const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
const AUTOMATIC_UPDATES = `${POLICY}\\AU`;

const SOURCES_BY_CLASS = [
  'SetPolicyDrivenUpdateSourceForFeatureUpdates',
  'SetPolicyDrivenUpdateSourceForQualityUpdates',
  'SetPolicyDrivenUpdateSourceForDriverUpdates',
  'SetPolicyDrivenUpdateSourceForOtherUpdates',
] as const;

/** Where settings of Windows Update stand, by who makes them. Sources: Microsoft's waas-wu-settings and Update CSP. */
const PLACES: readonly {
  readonly from: 'group-policy' | 'mdm' | 'settings';
  readonly key: string;
  readonly names: readonly string[];
}[] = [
  {
    from: 'group-policy',
    key: POLICY,
    names: [
      ...['WUServer', 'WUStatusServer', 'UpdateServiceUrlAlternate'],
      ...['TargetGroup', 'TargetGroupEnabled', 'DisableDualScan', ...SOURCES_BY_CLASS],
      ...['DisableWindowsUpdateAccess', 'DoNotConnectToWindowsUpdateInternetLocations'],
      ...['SetDisableUXWUAccess', 'SetDisablePauseUXAccess', 'ExcludeWUDriversInQualityUpdate'],
      ...['DeferQualityUpdates', 'DeferQualityUpdatesPeriodInDays', 'PauseQualityUpdatesStartTime'],
      ...['DeferFeatureUpdates', 'DeferFeatureUpdatesPeriodInDays', 'PauseFeatureUpdatesStartTime'],
      ...['ProductVersion', 'TargetReleaseVersion', 'TargetReleaseVersionInfo'],
      ...['BranchReadinessLevel', 'ManagePreviewBuilds', 'ManagePreviewBuildsPolicyValue'],
    ],
  },
  {
    from: 'group-policy',
    key: AUTOMATIC_UPDATES,
    names: [
      ...['NoAutoUpdate', 'AUOptions', 'UseWUServer', 'ScheduledInstallDay'],
      ...['ScheduledInstallTime', 'NoAutoRebootWithLoggedOnUsers', 'AllowMUUpdateService'],
    ],
  },
  {
    from: 'mdm',
    key: 'SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\Update',
    names: [
      ...['AllowAutoUpdate', 'AllowUpdateService', 'UpdateServiceUrl', ...SOURCES_BY_CLASS],
      ...['DeferQualityUpdatesPeriodInDays', 'PauseQualityUpdates', 'PauseQualityUpdatesStartTime'],
      ...['DeferFeatureUpdatesPeriodInDays', 'PauseFeatureUpdates', 'PauseFeatureUpdatesStartTime'],
      ...['ProductVersion', 'TargetReleaseVersion', 'BranchReadinessLevel'],
      ...['ExcludeWUDriversInQualityUpdate', 'SetDisableUXWUAccess', 'SetDisablePauseUXAccess'],
    ],
  },
  {
    from: 'settings',
    key: 'SOFTWARE\\Microsoft\\WindowsUpdate\\UX\\Settings',
    names: [
      ...['PauseUpdatesStartTime', 'PauseUpdatesExpiryTime'],
      ...['PauseQualityUpdatesEndTime', 'PauseFeatureUpdatesEndTime'],
    ],
  },
];

/**
 * Where updates come from and what holds them back, as policies say it. Only read: FleetMend never "repairs" a policy.
 * Rejects where the registry refuses.
 */
export async function updatePolicyOf(registry: Registry): Promise<UpdatePolicy> {
  const settings: Setting[] = [];
  for (const { from, key, names } of PLACES) {
    if (!(await registry.keyExists(key))) continue;
    for (const name of names) {
      const value = settingValue(await registry.read(key, name));
      if (value !== undefined) settings.push({ name, value, from });
    }
  }
  const policy = (name: string) =>
    settings.find((one) => one.from === 'group-policy' && one.name === name)?.value;
  const server = policy('WUServer');
  return {
    wsusServer: policy('UseWUServer') === 1 && typeof server === 'string' ? server : undefined,
    automaticUpdatesDisabled: policy('NoAutoUpdate') === 1,
    updateAccessDisabled: policy('DisableWindowsUpdateAccess') === 1,
    settings,
  };
}

function settingValue(
  value: number | string | readonly string[] | undefined,
): number | string | undefined {
  if (typeof value === 'number') return value;
  return words(typeof value === 'object' ? value.join('; ') : value, 500)?.replace(
    /^(https?:\/\/)[^/@]*@/i,
    // An address may carry a password.
    '$1',
  );
}
