import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as Koffi from 'koffi';
import { embeddedAddon } from './embedded-addon';

/** Both lay out memory the same way, as far as we call Windows. */
const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

/** The program's own folder: only administrators can write below it. */
export function programFolder(): string {
  const programFiles = process.env['ProgramW6432'] ?? process.env['ProgramFiles'];
  if (programFiles === undefined)
    throw new Error('Windows did not say where its programs are (ProgramFiles).');
  return join(programFiles, 'FleetMend');
}

/** Whether `file` holds exactly `bytes`. */
function holds(file: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(bytes);
  } catch {
    return false;
  }
}

/**
 * Puts `bytes` at `file`, complete or not at all. What already lies there is compared on every call and replaced when
 * it differs.
 */
export function place(file: string, bytes: Uint8Array): void {
  if (holds(file, bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  try {
    writeFileSync(fresh, bytes, { flag: 'wx' });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    if (!holds(file, bytes)) throw error;
  }
}

/**
 * Where the addon is loaded from. Windows loads code from files only, and this code runs as SYSTEM: so it stands where
 * nobody but administrators can write, and is compared before every load. There is no second place.
 */
function addonFile(bytes: Uint8Array): string {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const file = join(programFolder(), 'native', digest, 'koffi.node');
  try {
    place(file, bytes);
    return file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EPERM' || code === 'EACCES' ? 'Run this as an administrator: ' : '';
    throw new Error(`${why}"${file}" can't be written. ${message}`, { cause: error });
  }
}

/** Loads the bridge to Win32. Throws where there is none: on other systems, and in builds without it. */
export function loadKoffi(): typeof Koffi {
  if (process.platform !== 'win32' || !ARCHITECTURES.includes(process.arch)) {
    throw new Error(
      `The client works on Windows (x64 or arm64) only; this is ${process.platform} (${process.arch}).`,
    );
  }
  const addon = embeddedAddon();
  if (addon === undefined) throw new Error('This build of the client carries no bridge to Win32.');
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, addonFile(addon));
  return loaded.exports as typeof Koffi;
}
