import type { Phase, PlaybookName, UpdateKind, UpdateSource } from '@fleetmend/domain';
import type { WindowsVersion } from './windows-versions';

/** The update that a scenario is about, as records on the machine name it. */
export interface NamedUpdate {
  readonly id?: string;
  readonly revision?: number;
  readonly kb?: string;
  readonly title?: string;
}

/** How likely playbooks mend something, 0 to 1. */
export type Cures = Readonly<Partial<Record<PlaybookName, number>>>;

/** A way for updates to fail on a machine, and what becomes of it. */
export interface Scenario {
  readonly id: string;
  readonly code: string;
  readonly extendedCode?: string;
  readonly phase: Phase;
  readonly updateKind: UpdateKind;
  /** Where the update comes from, when that isn't the machine's usual source. */
  readonly updateSource?: UpdateSource;
  readonly update: (version: WindowsVersion, month: string) => NamedUpdate;
  /** How common it is among the machines that fail. */
  readonly weight: number;
  /** How likely each playbook mends it, 0 to 1; one that is not named does so by chance alone. */
  readonly mendedBy: Cures;
  /** Whether it passes by itself sooner or later. */
  readonly passes: boolean;
  /** The check that finds the cause and refuses, in the playbooks that have it. */
  readonly refusedBy?: 'check-update-policy' | 'check-free-space' | 'check-pending-restart';
  readonly only?: 'clients' | 'servers';
}

const cumulative: Scenario['update'] = ({ cumulative: { id, kb }, titleName }, month) => ({
  id,
  revision: 201,
  kb,
  title: `${month} Cumulative Update for ${titleName} (${kb})`,
});

const dotNet: Scenario['update'] = ({ dotNet: { id, kb }, titleName }, month) => ({
  id,
  revision: 200,
  kb,
  title: `${month} Cumulative Update for .NET Framework 3.5 and 4.8.1 for ${titleName} (${kb})`,
});

const none: Scenario['update'] = () => ({});

const healthRelated = { updateKind: 'windows', passes: false } as const;

/** What breaks Windows Update, most of it the case that the reset was made for. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...healthRelated,
    ...{ id: 'files-missing', code: '0x80070002', phase: 'download', update: cumulative },
    ...{
      weight: 42,
      mendedBy: { 'reset-software-distribution': 0.86, 'run-troubleshooter': 0.35 },
    },
  },
  {
    ...healthRelated,
    ...{ id: 'folder-missing', code: '0x80070003', phase: 'download', update: cumulative },
    ...{
      weight: 14,
      mendedBy: {
        'reset-software-distribution': 0.82,
        'run-troubleshooter': 0.3,
        'repair-update-services': 0.1,
      },
    },
  },
  {
    ...healthRelated,
    ...{ id: 'dotnet-files-missing', code: '0x80070002', phase: 'download', update: dotNet },
    ...{ weight: 7, mendedBy: { 'reset-software-distribution': 0.85, 'run-troubleshooter': 0.35 } },
  },
  {
    ...healthRelated,
    ...{ id: 'store-damaged', code: '0x80070002', phase: 'install', update: cumulative },
    ...{
      weight: 9,
      mendedBy: { 'reset-software-distribution': 0.05, 'repair-component-store': 0.82 },
    },
  },
  {
    ...healthRelated,
    ...{ id: 'source-missing', code: '0x800F081F', phase: 'install', update: cumulative },
    ...{
      weight: 7,
      mendedBy: { 'reset-software-distribution': 0, 'repair-component-store': 0.55 },
    },
  },
  {
    ...healthRelated,
    ...{ id: 'datastore-damaged', code: '0x80248007', phase: 'scan', update: none },
    ...{ weight: 5, mendedBy: { 'reset-software-distribution': 0.9, 'run-troubleshooter': 0.6 } },
  },
  {
    ...healthRelated,
    ...{ id: 'endpoint-blocked', code: '0x80240438', phase: 'scan', update: none },
    ...{
      weight: 6,
      mendedBy: { 'reset-software-distribution': 0 },
      refusedBy: 'check-update-policy',
    },
  },
  {
    ...healthRelated,
    ...{ id: 'content-filtered', code: '0x8024402F', phase: 'scan', update: none },
    ...{ weight: 6, mendedBy: { 'reset-software-distribution': 0 }, passes: true },
  },
  {
    ...healthRelated,
    ...{ id: 'timed-out', code: '0x80072EE2', phase: 'scan', update: none },
    ...{
      weight: 5,
      mendedBy: {
        'reset-software-distribution': 0.2,
        'repair-update-services': 0.15,
        'sync-clock': 0.25,
        'restart-machine': 0.2,
      },
      passes: true,
    },
  },
  {
    ...healthRelated,
    ...{ id: 'disk-full', code: '0x80070070', phase: 'download', update: cumulative },
    ...{
      weight: 4,
      mendedBy: { 'reset-software-distribution': 0, 'reclaim-backups': 0.75 },
      refusedBy: 'check-free-space',
    },
  },
  {
    ...healthRelated,
    ...{ id: 'restart-pending', code: '0x80240016', phase: 'install', update: cumulative },
    ...{
      weight: 4,
      mendedBy: { 'reset-software-distribution': 0, 'restart-machine': 0.92 },
      refusedBy: 'check-pending-restart',
    },
  },
  {
    ...{ id: 'upgrade-rolled-back', code: '0xC1900101', extendedCode: '0x0004000D' },
    ...{ phase: 'reboot', updateKind: 'feature', updateSource: 'feature-update' },
    update: () => ({
      id: 'd5a9e3c1-60b7-4f28-8d14-7e9c2b6a5f30',
      revision: 1,
      title: 'Feature update to Windows 11, version 25H2',
    }),
    ...{
      weight: 4,
      mendedBy: { 'reset-software-distribution': 0, 'update-drivers': 0.3 },
      passes: false,
      only: 'clients',
    },
  },
  {
    ...{ id: 'driver-fails', code: '0x8007001F', phase: 'install', updateKind: 'driver' },
    update: () => ({
      id: '1f7d2e5c-b3a8-4690-8c4d-e05f9a6b7132',
      revision: 1,
      title: 'Intel Corporation - Display - 32.0.101.6078',
    }),
    ...{
      weight: 3,
      mendedBy: { 'reset-software-distribution': 0, 'update-drivers': 0.7, 'restart-machine': 0.1 },
      passes: false,
      only: 'clients',
    },
  },
];

/** What looks like a failed update in Windows' logs and says nothing about Windows Update. */
export const NOISE: readonly Scenario[] = [
  {
    ...{ id: 'store-app-in-use', code: '0x80073D02', phase: 'install', updateKind: 'store-app' },
    updateSource: 'store',
    update: () => ({
      id: '4ce5b7a0-92d3-4e1f-8b6a-d7f0c3e29185',
      revision: 1,
      title: '9MSSGKG348SP-MicrosoftWindows.Client.WebExperience',
    }),
    ...{
      weight: 3,
      mendedBy: { 'reset-software-distribution': 0, 'restart-machine': 0.8 },
      passes: true,
      only: 'clients',
    },
  },
  {
    ...{ id: 'definitions', code: '0x80070643', phase: 'install' },
    updateKind: 'defender-definitions',
    update: () => ({
      id: 'a86f1c3e-5d70-4b92-9e48-3c0b7d5f2a16',
      revision: 200,
      kb: 'KB2267602',
      title:
        'Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version 1.421.1322.0)',
    }),
    ...{ weight: 2, mendedBy: { 'reset-software-distribution': 0 }, passes: true },
  },
];

/** What a run that does harm leaves behind. No machine has it from its beginning. */
export const AFTERMATHS: readonly Scenario[] = [
  {
    ...healthRelated,
    ...{ id: 'not-downloaded', code: '0x80246007', phase: 'download', update: cumulative },
    ...{ weight: 0, mendedBy: { 'reset-software-distribution': 0.4 } },
  },
  {
    ...healthRelated,
    ...{ id: 'reserved-partition', code: '0x800F0922', phase: 'install', update: cumulative },
    ...{ weight: 0, mendedBy: { 'repair-component-store': 0.3 } },
  },
];

/** The scenario of this id. */
export function findScenario(id: string): Scenario | undefined {
  return [...SCENARIOS, ...NOISE, ...AFTERMATHS].find((scenario) => scenario.id === id);
}
