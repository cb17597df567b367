import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './environment';

/** A new empty folder for one test, which PostgreSQL's own user may pass through. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fm-e2e-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Deletes such a folder with all that is in it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** A built program; fails with what to do when it isn't there. */
export function built(file: string): string {
  const path = join(root, 'dist', file);
  if (!existsSync(path)) {
    throw new Error(
      `${path} is not built: run "npm run build" (and "npm run build:client") first.`,
    );
  }
  return path;
}
