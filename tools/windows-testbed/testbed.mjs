import { release } from 'node:os';
import { createPrefix } from './prefix.mjs';
import { createThisWindows, whyNotThisWindows } from './this-windows.mjs';
import { findWine } from './wine.mjs';

/**
 * Looks for a place where Windows programs run: Wine of this machine, or a Debian with Wine in the cache, which is
 * made when it isn't there and `make` is not false. On Windows it is this very machine, where that is permitted. Never
 * throws: says why there is none.
 */
export async function prepareTestbed({ log = () => undefined, make = true } = {}) {
  if (process.env.FLEETMEND_WINDOWS_TESTBED === 'off') {
    return { available: false, reason: 'it is switched off by FLEETMEND_WINDOWS_TESTBED=off' };
  }
  if (process.platform === 'win32') {
    const reason = await whyNotThisWindows().catch((error) => error.message);
    return reason === undefined
      ? { available: true, kind: 'windows', version: release(), createPrefix: createThisWindows }
      : { available: false, reason };
  }
  try {
    const wine = await findWine({ log, make });
    return {
      available: true,
      kind: wine.kind,
      version: wine.version,
      createPrefix: (options) => createPrefix(wine, { log, ...options }),
    };
  } catch (error) {
    return { available: false, reason: error.message };
  }
}
