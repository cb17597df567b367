import { createPrefix } from './prefix.mjs';
import { findWine } from './wine.mjs';

/**
 * Looks for a place where Windows programs run: Wine of this machine, or a Debian with Wine in the cache, which is
 * made when it isn't there and `make` is not false. Never throws: says why there is none..
 */
export async function prepareTestbed({ log = () => undefined, make = true } = {}) {
  if (process.env.FLEETMEND_WINDOWS_TESTBED === 'off') {
    return { available: false, reason: 'it is switched off by FLEETMEND_WINDOWS_TESTBED=off' };
  }
  if (process.platform === 'win32') {
    return {
      available: false,
      reason: 'tests that reset Windows Update are not run on a real Windows',
    };
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
