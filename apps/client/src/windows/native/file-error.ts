import { WindowsError } from '../windows';

/** What Node says of a file, as the Win32 error that was behind it. */
export function asWindowsError(operation: string, path: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const win32 = { ENOENT: 2, ENOTDIR: 267, EPERM: 5, EACCES: 5, EBUSY: 32 }[code ?? ''];
  return win32 === undefined
    ? (error as Error)
    : new WindowsError(operation, win32, `${operation} of "${path}": ${message}`);
}
