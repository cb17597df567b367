/** What a plain Windows 11 has in its registry; specs that want it put it there. */
export const WINDOWS_11_REGISTRY: Readonly<Record<string, Record<string, number | string>>> = {
  'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': {
    ...{ ProductName: 'Windows 10 Pro', EditionID: 'Professional', InstallationType: 'Client' },
    ...{ CurrentMajorVersionNumber: 10, CurrentMinorVersionNumber: 0 },
    ...{ CurrentBuild: '26100', UBR: 4349, DisplayVersion: '24H2' },
  },
  'SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment': {
    PROCESSOR_ARCHITECTURE: 'AMD64',
  },
  'HARDWARE\\DESCRIPTION\\System\\BIOS': {
    ...{ SystemManufacturer: 'LENOVO', SystemProductName: '21HMCTO1WW' },
    SystemFamily: 'ThinkPad X1 Carbon Gen 11',
  },
  'SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters': {
    ...{ Type: 'NTP', NtpServer: 'time.windows.com,0x9' },
  },
};
