import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as Koffi from 'koffi';
import { embeddedAddon } from './embedded-addon';

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
 * Where the addon may be loaded from. Windows loads code from files only, so a service that runs as SYSTEM must take
 * it from a place that nobody else can write to: the program's own folder. Who can't write there is no administrator
 * either; then a fresh folder of that user's is good enough, since its code gets no more rights than the user has.
 */
function addonFile(bytes: Uint8Array): string {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const file = join(programFolder(), 'native', digest, 'koffi.node');
  try {
    place(file, bytes);
    return file;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EPERM' && code !== 'EACCES') throw error;
    const own = join(mkdtempSync(join(tmpdir(), 'fleetmend-native-')), 'koffi.node');
    place(own, bytes);
    return own;
  }
}

/** Loads the bridge to Win32. Throws where there is none: on other systems, and in builds without it. */
export function loadKoffi(): typeof Koffi {
  if (process.platform !== 'win32' || process.arch !== 'x64') {
    throw new Error(
      `The client works on Windows (x64) only; this is ${process.platform} (${process.arch}).`,
    );
  }
  if (embeddedAddon === undefined)
    throw new Error('This build of the client carries no bridge to Win32.');
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, addonFile(embeddedAddon));
  return loaded.exports as typeof Koffi;
}
