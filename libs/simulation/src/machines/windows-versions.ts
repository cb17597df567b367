/** A version of Windows that simulated machines run, and the update that it waits for. */
export interface WindowsVersion {
  readonly name: string;
  /** EditionID and DisplayVersion, as the registry has them. */
  readonly edition: string;
  readonly displayVersion: string;
  readonly build: number;
  readonly revision: number;
  /** As update titles call it. */
  readonly titleName: string;
  readonly cumulative: { readonly kb: string; readonly id: string };
  readonly dotNet: { readonly kb: string; readonly id: string };
  readonly isServer: boolean;
  /** How common it is. */
  readonly weight: number;
}

export const WINDOWS_VERSIONS: readonly WindowsVersion[] = [
  {
    name: 'Windows 11 Enterprise',
    edition: 'Enterprise',
    displayVersion: '24H2',
    build: 26100,
    revision: 4349,
    titleName: 'Windows 11 Version 24H2 for x64-based Systems',
    cumulative: { kb: 'KB5063878', id: '3f0e2b9a-6d1c-4e57-9b80-2a7c51d4e6f3' },
    dotNet: { kb: 'KB5056579', id: 'b1c94e72-08d5-4a3f-8e61-5f9d07a2c3b8' },
    isServer: false,
    weight: 58,
  },
  {
    name: 'Windows 11 Pro',
    edition: 'Professional',
    displayVersion: '23H2',
    build: 22631,
    revision: 5472,
    titleName: 'Windows 11 Version 23H2 for x64-based Systems',
    cumulative: { kb: 'KB5063875', id: '84a6d0f1-2c7b-4d98-a53e-91b0c8e7f264' },
    dotNet: { kb: 'KB5056580', id: '5d3e8c10-97f4-4b26-8a0d-c6e1f2b9a753' },
    isServer: false,
    weight: 9,
  },
  {
    name: 'Windows 10 Enterprise',
    edition: 'Enterprise',
    displayVersion: '22H2',
    build: 19045,
    revision: 5965,
    titleName: 'Windows 10 Version 22H2 for x64-based Systems',
    cumulative: { kb: 'KB5063709', id: 'c27d91e8-4f3a-4b65-9c02-e8d7a6b5f410' },
    dotNet: { kb: 'KB5056577', id: '0e9f7a6b-3c52-4d81-b4e7-16a8d5c3f290' },
    isServer: false,
    weight: 22,
  },
  {
    name: 'Windows Server 2022 Standard',
    edition: 'ServerStandard',
    displayVersion: '21H2',
    build: 20348,
    revision: 3807,
    titleName: 'Microsoft server operating system version 21H2 for x64-based Systems',
    cumulative: { kb: 'KB5063880', id: '6b8e4d27-a195-4c30-8f7e-d3c2b1a09e85' },
    dotNet: { kb: 'KB5055681', id: 'e4d05b38-7c6f-4912-a8b3-20f9e1d7c64a' },
    isServer: true,
    weight: 7,
  },
  {
    name: 'Windows Server 2019 Standard',
    edition: 'ServerStandard',
    displayVersion: '1809',
    build: 17763,
    revision: 7434,
    titleName: 'Windows Server 2019 for x64-based Systems',
    cumulative: { kb: 'KB5063877', id: '97c1f0d6-5e4b-4a82-93d7-b8a6e5c4d213' },
    dotNet: { kb: 'KB5055175', id: '2a7b6c5d-4e3f-4081-92a3-b4c5d6e7f809' },
    isServer: true,
    weight: 4,
  },
];
