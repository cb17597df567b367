import { join } from 'node:path';

/** Where Windows keeps what it starts as our service. */
export const SERVICE_KEY = 'SYSTEM\\CurrentControlSet\\Services\\FleetMendClient';
export const EXECUTABLE = 'fleetmend-client.exe';

/** What Windows must start: quoted, so that a space in the path is no invitation to put a program before it. */
export function serviceCommandLine(programFolder: string): string {
  return `"${join(programFolder, EXECUTABLE)}" service`;
}

/** What is wrong with the command line of the installed service, for people; undefined when nothing is. */
export function faultOfServicePath(imagePath: string, programFolder: string): string | undefined {
  const wanted = serviceCommandLine(programFolder);
  if (imagePath.toLowerCase() === wanted.toLowerCase()) return undefined;
  const unquoted = `${join(programFolder, EXECUTABLE)} `.toLowerCase();
  if (imagePath.toLowerCase().startsWith(unquoted))
    return `Windows starts ${imagePath} without quotes: a program at "C:\\Program.exe" would be started instead.`;
  return `Windows starts ${imagePath}, and not the program that administrators alone can change: ${wanted}.`;
}
