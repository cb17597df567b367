import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { type Directories, WindowsError } from '../windows';
import { type Faults } from './faults';

const FILE_NOT_FOUND = 2;
const SHARING_VIOLATION = 32;
const ALREADY_EXISTS = 183;

/** Real folders of the host that refuse what Windows refuses. Paths may be written with backslashes. */
export class SimulatedDirectories implements Directories {
  /** What {@link freeBytes} says. */
  free = 100_000_000_000;
  /** Renames that wait for the next restart of the machine. */
  readonly atRestart: { readonly from: string; readonly to: string }[] = [];
  private readonly openFiles = new Map<string, () => boolean>();

  constructor(private readonly faults: Faults) {}

  /** Somebody holds `path` open: no folder above it can be renamed as long as `stillHeld`. */
  open(path: string, stillHeld: () => boolean = () => true): void {
    this.openFiles.set(hostPath(path), stillHeld);
  }

  close(path: string): void {
    this.openFiles.delete(hostPath(path));
  }

  /** What a restart of the machine does: handles are gone, waiting renames happen. */
  restart(): void {
    this.openFiles.clear();
    for (const { from, to } of this.atRestart.splice(0)) {
      if (existsSync(from) && !existsSync(to)) renameSync(from, to);
    }
  }

  inspect(path: string): Promise<'missing' | 'directory' | 'reparse-point' | 'file'> {
    return this.faults.perform('inspect', hostPath(path), () => {
      const found = lstatSync(hostPath(path), { throwIfNoEntry: false });
      if (!found) return 'missing';
      if (found.isSymbolicLink()) return 'reparse-point';
      return found.isDirectory() ? 'directory' : 'file';
    });
  }

  rename(from: string, to: string): Promise<void> {
    const [source, target] = [hostPath(from), hostPath(to)];
    return this.faults.perform(
      'rename',
      `${source} -> ${target}`,
      () => {
        if (!existsSync(source)) throw refused('MoveFileEx', FILE_NOT_FOUND, source);
        if (existsSync(target)) throw refused('MoveFileEx', ALREADY_EXISTS, target);
        if (this.isHeld(source)) throw refused('MoveFileEx', SHARING_VIOLATION, source);
        renameSync(source, target);
      },
      true,
    );
  }

  renameAtRestart(from: string, to: string): Promise<void> {
    const [source, target] = [hostPath(from), hostPath(to)];
    return this.faults.perform(
      'rename-at-restart',
      `${source} -> ${target}`,
      () => {
        if (!existsSync(source)) throw refused('MoveFileEx', FILE_NOT_FOUND, source);
        this.atRestart.push({ from: source, to: target });
      },
      true,
    );
  }

  list(path: string): Promise<readonly string[]> {
    return this.faults.perform('list', hostPath(path), () => {
      if (!existsSync(hostPath(path))) throw refused('FindFirstFile', FILE_NOT_FOUND, path);
      return readdirSync(hostPath(path)).sort();
    });
  }

  measure(
    path: string,
    pause: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ readonly bytes: number; readonly files: number }> {
    return this.faults.perform('measure', hostPath(path), async () => {
      if (!existsSync(hostPath(path))) throw refused('FindFirstFile', FILE_NOT_FOUND, path);
      await pause();
      return sizeOf(hostPath(path));
    });
  }

  times(path: string): Promise<{ readonly createdAt: Date; readonly modifiedAt: Date }> {
    return this.faults.perform('times', hostPath(path), () => {
      const found = lstatSync(hostPath(path), { throwIfNoEntry: false });
      if (!found) throw refused('GetFileAttributesEx', FILE_NOT_FOUND, path);
      return { createdAt: found.birthtime, modifiedAt: found.mtime };
    });
  }

  removeTree(path: string): Promise<void> {
    const folder = hostPath(path);
    return this.faults.perform(
      'remove-tree',
      folder,
      () => {
        if (this.isHeld(folder)) throw refused('DeleteFile', SHARING_VIOLATION, folder);
        rmSync(folder, { recursive: true });
      },
      true,
    );
  }

  freeBytes(path: string): Promise<number> {
    return this.faults.perform('free-bytes', hostPath(path), () => this.free);
  }

  makePrivate(path: string): Promise<void> {
    mkdirSync(hostPath(path), { recursive: true, mode: 0o700 });
    return Promise.resolve();
  }

  private isHeld(folder: string): boolean {
    return [...this.openFiles].some(
      ([file, stillHeld]) => stillHeld() && (file === folder || file.startsWith(folder + sep)),
    );
  }
}

/** The path of the host: Windows paths that begin with one of the host are taken apart at backslashes. */
export function hostPath(path: string): string {
  return normalize(sep === '/' ? path.replaceAll('\\', '/') : path);
}

function refused(operation: string, code: number, path: string): WindowsError {
  return new WindowsError(operation, code, `${operation} of "${path}" failed with error ${code}.`);
}

function sizeOf(folder: string): { bytes: number; files: number } {
  const total = { bytes: 0, files: 0 };
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const below = sizeOf(path);
      total.bytes += below.bytes;
      total.files += below.files;
    } else if (entry.isFile()) {
      total.bytes += lstatSync(path).size;
      total.files += 1;
    }
  }
  return total;
}
