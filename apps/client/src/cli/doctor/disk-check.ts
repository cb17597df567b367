import { existsSync } from 'node:fs';
import { ok, problem } from './finding';
import { type Check } from './surroundings';

const MINIMUM_FREE_BYTES = 200_000_000;

/** Room for the state and the log. */
export const diskCheck: Check = {
  what: 'disk',
  async examine({ windows, settings }) {
    const { dataDirectory } = settings;
    const free = await windows.directories.freeBytes(
      existsSync(dataDirectory) ? dataDirectory : windows.machine.windowsDirectory,
    );
    const message = `${Math.round(free / 1_000_000)} MB are free.`;
    if (free >= MINIMUM_FREE_BYTES) return [ok('disk', 'disk', message)];
    return [
      problem(
        'disk-full',
        'disk',
        message,
        `Make room: the client needs ${MINIMUM_FREE_BYTES / 1_000_000} MB, updates of Windows far more.`,
      ),
    ];
  },
};
