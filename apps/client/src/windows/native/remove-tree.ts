import { opendir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asWindowsError } from './file-error';

/** Files that scanners hold open for a moment. */
const RETRIES = 3;

/** See `Directories.removeTree`. Node deletes read-only files and paths of any length, and never follows a link. */
export async function removeTree(path: string, signal: AbortSignal): Promise<void> {
  let refusal: Error | undefined;
  for await (const entry of await opendir(path)) {
    if (signal.aborted) return;
    const child = join(path, entry.name);
    try {
      if (entry.isDirectory()) await removeTree(child, signal);
      else await rm(child, { force: true, maxRetries: RETRIES });
    } catch (error) {
      refusal ??= asWindowsError('DeleteFile', child, error);
    }
  }
  if (signal.aborted) return;
  if (refusal) throw refusal;
  await rmdir(path).catch((error: unknown) => {
    throw asWindowsError('RemoveDirectory', path, error);
  });
}
