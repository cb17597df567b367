import { getRawAsset, isSea } from 'node:sea';

/** The build puts it into the executable under this name (tools/build/pack-client.mjs). */
const ASSET = 'koffi.node';

/**
 * The native part of koffi for the Windows that the executable is built for, where it lies in the executable: no copy.
 * Outside of the executable there is none, and the native implementation can't be used.
 */
export function embeddedAddon(): Uint8Array | undefined {
  return isSea() ? new Uint8Array(getRawAsset(ASSET)) : undefined;
}
