import { readFileSync, writeFileSync } from 'node:fs';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { expected } from '../bootstrap/places.mjs';

const ICON = 3;
const ICON_GROUP = 14;
const LANGUAGE = { lang: 0x409, codepage: 1200 };

/** What a Windows executable says of itself: `machine` as in its header, `version` of its resources. */
export function readInfo(file) {
  const executable = parse(file);
  const [info] = Resource.VersionInfo.fromEntries(NtExecutableResource.from(executable).entries);
  return {
    machine: executable.newHeader.fileHeader.machine,
    version: info?.getStringValues(LANGUAGE).FileVersion,
    product: info?.getStringValues(LANGUAGE).ProductName,
  };
}

/**
 * Has the executable say that it is FleetMend, instead of Node: Windows Installer compares this version, and people
 * see the name in the task manager.
 */
export function writeInfo(file, version) {
  const executable = parse(file);
  const resources = NtExecutableResource.from(executable);
  resources.entries = resources.entries.filter(({ type }) => ![ICON, ICON_GROUP].includes(type));
  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
  const [major, minor, patch] = version.split('.').map((part) => Number.parseInt(part, 10));
  info.removeAllStringValues(LANGUAGE);
  info.setFileVersion(major, minor, patch, 0, LANGUAGE.lang);
  info.setProductVersion(major, minor, patch, 0, LANGUAGE.lang);
  info.setStringValues(LANGUAGE, {
    CompanyName: 'FleetMend contributors',
    ProductName: 'FleetMend Client',
    FileDescription: 'FleetMend Client',
    FileVersion: version,
    ProductVersion: version,
    OriginalFilename: 'fleetmend-client.exe',
    InternalName: 'fleetmend-client',
    LegalCopyright: 'FleetMend contributors, Apache-2.0. Contains Node.js, MIT.',
  });
  info.outputToResourceEntries(resources.entries);
  resources.outputResource(executable);
  writeFileSync(file, Buffer.from(executable.generate()));
}

function parse(file) {
  try {
    return NtExecutable.from(readFileSync(file), { ignoreCert: true });
  } catch (error) {
    throw expected(`"${file}" is no Windows executable: ${error.message}`);
  }
}
