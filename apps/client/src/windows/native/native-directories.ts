import { lstat, opendir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Directories } from '../windows';
import { type Bridge, type NativeFunction } from './bridge';
import { asWindowsError } from './file-error';
import { PrivateFolders } from './private-folders';
import { removeTree } from './remove-tree';

const INVALID_ATTRIBUTES = 0xffffffff;
const ATTRIBUTE_DIRECTORY = 0x10;
const ATTRIBUTE_REPARSE_POINT = 0x400;
const NOT_THERE: readonly number[] = [2, 3];
const WRITE_THROUGH = 0x8;
const DELAY_UNTIL_REBOOT = 0x4;
const ENTRIES_BETWEEN_PAUSES = 256;

/** Folders through kernel32, because Node's own rename replaces files and hides Windows' errors. */
export class NativeDirectories implements Directories {
  private readonly privateFolders: PrivateFolders;
  private readonly attributes: NativeFunction<[string], number>;
  private readonly move: NativeFunction<[string, string, number], number>;
  private readonly diskFree: NativeFunction<[string, Buffer, null, null], number>;

  constructor(private readonly bridge: Bridge) {
    this.privateFolders = new PrivateFolders(bridge);
    this.attributes = bridge.bind('kernel32', 'uint32 GetFileAttributesW(str16 path)');
    this.move = bridge.bind('kernel32', 'int MoveFileExW(str16 from, str16 to, uint32 flags)');
    this.diskFree = bridge.bind(
      'kernel32',
      'int GetDiskFreeSpaceExW(str16 path, void *available, void *total, void *free)',
    );
  }

  inspect(path: string): Promise<'missing' | 'directory' | 'reparse-point' | 'file'> {
    return Promise.resolve().then(() => {
      const attributes = this.attributes(path);
      if (attributes === INVALID_ATTRIBUTES) {
        const code = this.bridge.lastError();
        if (NOT_THERE.includes(code)) return 'missing';
        throw this.bridge.error('GetFileAttributes', code);
      }
      if (attributes & ATTRIBUTE_REPARSE_POINT) return 'reparse-point';
      return attributes & ATTRIBUTE_DIRECTORY ? 'directory' : 'file';
    });
  }

  rename(from: string, to: string): Promise<void> {
    return Promise.resolve().then(() => {
      // Without MOVEFILE_REPLACE_EXISTING and MOVEFILE_COPY_ALLOWED: on this volume or not at all.
      if (this.move(from, to, WRITE_THROUGH) === 0) throw this.bridge.error('MoveFileEx');
    });
  }

  renameAtRestart(from: string, to: string): Promise<void> {
    return Promise.resolve().then(() => {
      if (this.move(from, to, DELAY_UNTIL_REBOOT) === 0) throw this.bridge.error('MoveFileEx');
    });
  }

  async list(path: string): Promise<readonly string[]> {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      throw asWindowsError('FindFirstFile', path, error);
    }
  }

  async measure(
    path: string,
    pause: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ readonly bytes: number; readonly files: number }> {
    let bytes = 0;
    let files = 0;
    let seen = 0;
    const waiting = [path];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      let entries;
      try {
        entries = await opendir(folder);
      } catch (error) {
        if (folder !== path) continue; // Gone meanwhile, or closed to us: what can be seen is measured.
        throw asWindowsError('FindFirstFile', path, error);
      }
      for await (const entry of entries) {
        seen += 1;
        if (seen % ENTRIES_BETWEEN_PAUSES === 0) await pause();
        const child = join(folder, entry.name);
        if (entry.isDirectory()) waiting.push(child);
        if (!entry.isFile()) continue;
        bytes += (await lstat(child).catch(() => undefined))?.size ?? 0;
        files += 1;
      }
    }
    return { bytes, files };
  }

  async times(path: string): Promise<{ readonly createdAt: Date; readonly modifiedAt: Date }> {
    try {
      const { birthtime, mtime } = await stat(path);
      return { createdAt: birthtime, modifiedAt: mtime };
    } catch (error) {
      throw asWindowsError('GetFileAttributesEx', path, error);
    }
  }

  removeTree(path: string, signal: AbortSignal): Promise<void> {
    return removeTree(path, signal);
  }

  freeBytes(path: string): Promise<number> {
    return Promise.resolve().then(() => {
      const available = Buffer.alloc(8);
      if (this.diskFree(path, available, null, null) === 0)
        throw this.bridge.error('GetDiskFreeSpaceEx');
      return Number(available.readBigUInt64LE(0));
    });
  }

  makePrivate(path: string): Promise<void> {
    return Promise.resolve().then(() => {
      this.privateFolders.make(path);
    });
  }
}
