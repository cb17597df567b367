import { inject } from '@angular/core';
import { type NavigationError, RedirectCommand, Router } from '@angular/router';

/** What the browsers say when a part of the program can't be fetched: the server is away, or has another version. */
const NOT_FETCHED = /dynamically imported module|importing a module script/i;

/** A page whose code can't be fetched is told of at its own address; everything else is an error as before. */
export function onNavigationError(failure: NavigationError): RedirectCommand | undefined {
  const { error, url } = failure as { error: unknown; url: string };
  if (!(error instanceof Error) || !NOT_FETCHED.test(error.message)) return undefined;
  return new RedirectCommand(inject(Router).parseUrl('/unavailable'), { browserUrl: url });
}
