import { type OwnGuard } from '../src/cli/session';

/** A Windows on which no update of the client goes on. */
export const noGuard: OwnGuard = {
  places: () => ({ executable: 'C:\\client.exe', updates: 'C:\\update' }),
  exists: () => Promise.resolve(false),
  start: () => Promise.resolve(),
  run: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  serviceName: 'FleetMendClient',
};
