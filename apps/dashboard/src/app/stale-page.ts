import { DOCUMENT } from '@angular/common';
import { InjectionToken, inject } from '@angular/core';
import { type NavigationError } from '@angular/router';

/** Leaves this copy of the dashboard for a fresh one at `url`. */
export const LOAD_ANEW = new InjectionToken<(url: string) => void>('LOAD_ANEW', {
  providedIn: 'root',
  factory: () => {
    const { location } = inject(DOCUMENT);
    return (url) => {
      location.assign(url);
    };
  },
});

/** Remembers for how long a fresh copy is given a chance, so that a page that is really gone makes no loop. */
const KEY = 'fleetmend.loaded-anew';
const CHANCE_MS = 30_000;

/**
 * Pages are fetched when they are first opened. After an update of the server the files of the older dashboard are
 * gone, so the dashboard is loaded anew at the page that was asked for. Runs in an injection context.
 */
export function onNavigationError({ error, url }: NavigationError): void {
  if (!isMissingFile(error)) return;
  const loadAnew = inject(LOAD_ANEW);
  try {
    const last = Number(sessionStorage.getItem(KEY));
    if (Date.now() - last < CHANCE_MS) return;
    sessionStorage.setItem(KEY, String(Date.now()));
  } catch {
    // Without storage a loop can't be told from the first time.
    return;
  }
  loadAnew(url);
}

function isMissingFile(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|importing a module script/i.test(error.message)
  );
}
