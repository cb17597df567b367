/** How long the client's start and first reading are left to themselves. */
export const SETTLED_MS = 60_000;

/**
 * Gives back what the start, or a long reading, needed and nothing needs any more: in a process that does nothing, V8
 * waits with that for ever. Does nothing where the program was not started with `--expose-gc`, as the executable is.
 */
export function freeMemory(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
