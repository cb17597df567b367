/** Builds and their names. Where a server and a client share a build, both are named or the more common one. */
const FAMILIES: Readonly<Record<number, string>> = {
  7601: 'Windows 7 SP1',
  9200: 'Windows 8 / Server 2012',
  9600: 'Windows 8.1 / Server 2012 R2',
  10240: 'Windows 10 1507',
  10586: 'Windows 10 1511',
  14393: 'Windows 10 1607 / Server 2016',
  15063: 'Windows 10 1703',
  16299: 'Windows 10 1709',
  17134: 'Windows 10 1803',
  17763: 'Windows 10 1809 / Server 2019',
  18362: 'Windows 10 1903',
  18363: 'Windows 10 1909',
  19041: 'Windows 10 2004',
  19042: 'Windows 10 20H2',
  19043: 'Windows 10 21H1',
  19044: 'Windows 10 21H2',
  19045: 'Windows 10 22H2',
  20348: 'Windows Server 2022',
  22000: 'Windows 11 21H2',
  22621: 'Windows 11 22H2',
  22631: 'Windows 11 23H2',
  25398: 'Windows Server 23H2',
  26100: 'Windows 11 24H2',
  26200: 'Windows 11 25H2',
};

/** The name of an OS build's family: the machines that take the same updates. `build 12345` where it has no name. */
export function osFamilyOf(build: number): string {
  return FAMILIES[build] ?? `build ${build}`;
}
