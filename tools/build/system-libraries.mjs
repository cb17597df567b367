import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** LOAD_LIBRARY_SEARCH_SYSTEM32. */
const SEARCH_SYSTEM32 = 0x800;
const MAGIC_64_BITS = 0x20b;
const LOAD_CONFIGURATION = 10;
const AT_DEPENDENT_LOAD_FLAGS = 0x4e;

/**
 * Makes Windows look for the libraries of an executable in System32 only, before its first instruction runs, never
 * in the folder where the executable happens to lie: the linker's /DEPENDENTLOADFLAG:0x800, set afterwards
 * (DependentLoadFlags of IMAGE_LOAD_CONFIG_DIRECTORY64). Windows 10 and Server 2016 obey it. Throws when the file has no
 * room for it.
 */
export function searchSystemLibrariesOnly(path) {
  const file = openSync(path, 'r+');
  try {
    const at = loadConfigurationOf(file, path) + AT_DEPENDENT_LOAD_FLAGS;
    const flags = Buffer.alloc(2);
    flags.writeUInt16LE(SEARCH_SYSTEM32);
    writeSync(file, flags, 0, 2, at);
  } finally {
    closeSync(file);
  }
}

/** The flags as they stand in an executable. */
export function dependentLoadFlags(path) {
  const file = openSync(path, 'r');
  try {
    return read(file, loadConfigurationOf(file, path) + AT_DEPENDENT_LOAD_FLAGS, 2).readUInt16LE();
  } finally {
    closeSync(file);
  }
}

/** Where in the file the load configuration begins. */
function loadConfigurationOf(file, path) {
  const header = read(file, 0, 4096);
  const begin = header.readUInt32LE(0x3c);
  const optional = begin + 24;
  if (header.toString('latin1', begin, begin + 2) !== 'PE')
    throw new Error(`"${path}" is no executable of Windows.`);
  if (header.readUInt16LE(optional) !== MAGIC_64_BITS)
    throw new Error(`"${path}" is not for 64 bits.`);
  const address = header.readUInt32LE(optional + 112 + LOAD_CONFIGURATION * 8);
  const sections = optional + header.readUInt16LE(begin + 20);
  for (let index = 0; index < header.readUInt16LE(begin + 6); index += 1) {
    const section = sections + index * 40;
    const from = header.readUInt32LE(section + 12);
    if (address < from || address >= from + header.readUInt32LE(section + 8)) continue;
    const at = header.readUInt32LE(section + 20) + address - from;
    if (read(file, at, 4).readUInt32LE() >= AT_DEPENDENT_LOAD_FLAGS + 2) return at;
  }
  throw new Error(`"${path}" has no load configuration that says where libraries are looked for.`);
}

function read(file, at, length) {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, at);
  return bytes;
}
