import { join } from 'node:path';
import type * as Koffi from 'koffi';
import { WindowsError } from '../windows';
import { loadKoffi } from './addon';

/** A function of a Windows library. Pointers are bigint or Buffer, strings are UTF-16 on the other side. */
export interface NativeFunction<Arguments extends readonly unknown[], Result> {
  (...values: Arguments): Result;
  async(...values: [...Arguments, (error: unknown, result: Result) => void]): void;
}

/** A pointer or handle as it comes back: null is NULL. */
export type Pointer = bigint | null;

/** Calls to Win32, typed where they are declared. */
export class Bridge {
  private static shared: Bridge | undefined;
  private readonly libraries = new Map<string, Koffi.LibraryHandle>();
  private readonly getLastError: NativeFunction<[], number>;
  private readonly setLastError: NativeFunction<[number], void>;
  private readonly formatMessage: NativeFunction<
    [number, null, number, number, Buffer, number, null],
    number
  >;

  /** The bridge of this process. Throws where there is none: see {@link loadKoffi}. */
  static open(): Bridge {
    return (this.shared ??= new Bridge(loadKoffi()));
  }

  /** Windows' own folder of libraries and programs, as Windows says and not the environment. */
  readonly systemDirectory: string;

  private constructor(readonly koffi: typeof Koffi) {
    this.systemDirectory = searchOnlySystemDirectory(koffi);
    this.getLastError = this.bind('kernel32', 'uint32 GetLastError()');
    this.setLastError = this.bind('kernel32', 'void SetLastError(uint32 code)');
    this.formatMessage = this.bind(
      'kernel32',
      'uint32 FormatMessageW(uint32 flags, void *source, uint32 code, uint32 language, void *buffer, uint32 size, void *values)',
    );
  }

  /** Declares a function by its C prototype. Only libraries of Windows' own folder are loaded, never one lying nearby. */
  bind<Arguments extends readonly unknown[], Result>(
    library: string,
    prototype: string,
  ): NativeFunction<Arguments, Result> {
    let handle = this.libraries.get(library);
    if (!handle) {
      handle = this.koffi.load(join(this.systemDirectory, `${library}.dll`));
      this.libraries.set(library, handle);
    }
    return handle.func(prototype);
  }

  /** The error of the last call. Right only directly after a call that was not made in the background. */
  lastError(): number {
    return this.getLastError();
  }

  /** Forgets earlier errors, before a call that may fail without naming one. */
  clearError(): void {
    this.setLastError(0);
  }

  /** The error of the last call as an exception, or that of `code`. */
  error(operation: string, code = this.lastError()): WindowsError {
    return new WindowsError(
      operation,
      code,
      `${operation} failed: ${this.explain(code)} (${code})`,
    );
  }

  /** Windows' own words for an error, in its own language. */
  private explain(code: number): string {
    if (code === 0) return 'Windows gave no reason';
    const buffer = Buffer.alloc(1024);
    const fromSystemWithoutInserts = 0x1200;
    const length = this.formatMessage(
      fromSystemWithoutInserts,
      null,
      code,
      0,
      buffer,
      buffer.length / 2,
      null,
    );
    const text = buffer.toString('utf16le', 0, length * 2).trim();
    return text === '' ? 'Windows gave no reason' : text.replace(/\.$/, '');
  }
}

/**
 * From here on Windows looks for libraries in System32 only: not beside the program, not in the current folder, not in
 * PATH. Answers that folder. Kernel32 is in every process already, so that its name is enough.
 */
function searchOnlySystemDirectory(koffi: typeof Koffi): string {
  const kernel = koffi.load('kernel32.dll');
  const restrict = kernel.func('int SetDefaultDllDirectories(uint32 flags)');
  const searchSystem32 = 0x800;
  if (restrict(searchSystem32) === 0)
    throw new Error('Windows would not confine where libraries are looked for.');
  const directory = kernel.func('uint32 GetSystemDirectoryW(void *buffer, uint32 size)');
  const buffer = Buffer.alloc(1024);
  const length = directory(buffer, buffer.length / 2) as number;
  if (length === 0 || length > buffer.length / 2)
    throw new Error('Windows did not say where its libraries are.');
  return buffer.toString('utf16le', 0, length * 2);
}

/** What calls in the background still use: nothing of it may be collected before they return. */
const inUse = new Set<readonly unknown[]>();

/** Makes a call on another thread, so that slow ones never hold up the service's own handler. */
export function inBackground<Arguments extends readonly unknown[], Result>(
  call: NativeFunction<Arguments, Result>,
  ...values: Arguments
): Promise<Result> {
  return new Promise((resolve, reject) => {
    inUse.add(values);
    call.async(...values, (error, result) => {
      inUse.delete(values);
      if (error)
        reject(
          error instanceof Error
            ? error
            : new Error('The call could not be made.', { cause: error }),
        );
      else resolve(result);
    });
  });
}

/** A string as C wants it where a structure points to one: UTF-16 with its end. */
export function wide(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le');
}
