import { v5 } from 'uuid';
import { expected } from '../../bootstrap/places.mjs';

/** The same for every FleetMend client that ever was or will be: by it Windows Installer knows an upgrade. Never changes. */
export const UPGRADE_CODE = '7B3D1A52-5E0C-4C8B-9E2F-3F6A1C9D4E21';

/** The executable as Windows Installer counts it. Never changes while it stays the same file in the same folder. */
export const COMPONENT = '2D9B0C3E-6B0A-4E6C-8F53-0A7C1E0D9B11';

const derived = (name) => v5(name, UPGRADE_CODE).toUpperCase();

/** One product per version and machine: installing it once more is a repair. */
export const productCode = (version, arch) => derived(`product ${version} ${arch}`);

/** One package per content. */
export const packageCode = (digest) => derived(`package ${digest}`);

/**
 * The version that Windows Installer compares: three numbers, the first two below 256, the last below 65536. A version
 * that it could not tell from another one is refused.
 */
export function installerVersion(version) {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
  if (!parts || parts[0] > 255 || parts[1] > 255 || parts[2] > 65535) {
    throw expected(
      `Windows Installer can't compare version "${version}": it takes three numbers up to 255.255.65535 and nothing else.`,
    );
  }
  return parts.join('.');
}
