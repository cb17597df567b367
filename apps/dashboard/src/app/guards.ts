import { inject } from '@angular/core';
import { type CanActivateFn, RedirectCommand, Router, type UrlTree } from '@angular/router';
import { type Role } from '@fleetmend/dashboard-api';
import { SessionState } from '../api/session-state';
import { Sessions } from '../api/sessions';

/** Pages behind a session: leads to sign-in and back. */
export const signedIn: CanActivateFn = (_route, target) => {
  const router = inject(Router);
  const sessions = inject(Sessions);
  const state = inject(SessionState);
  return answered(router, async () => {
    await sessions.ready();
    if (state.session() !== null) return true;
    const queryParams = target.url === '/' ? {} : { returnTo: target.url };
    return router.createUrlTree(['/sign-in'], { queryParams });
  });
};

/** The sign-in page: only without a session; leads to set-up while there is nobody who could sign in. */
export const signedOut: CanActivateFn = () => {
  const router = inject(Router);
  const sessions = inject(Sessions);
  const state = inject(SessionState);
  return answered(router, async () => {
    await sessions.ready();
    if (state.session() !== null) return router.createUrlTree(['/']);
    return (await sessions.setupNeeded()) ? router.createUrlTree(['/setup']) : true;
  });
};

/** The set-up page: only while the first administrator is missing. */
export const setupNeeded: CanActivateFn = () => {
  const router = inject(Router);
  const sessions = inject(Sessions);
  return answered(router, async () =>
    (await sessions.setupNeeded()) ? true : router.createUrlTree(['/sign-in']),
  );
};

/** Pages for people with the rights of `role`; the others are told so, at the same address. */
export function requiresRole(role: Role): CanActivateFn {
  return () => {
    const router = inject(Router);
    return inject(SessionState).can(role) ? true : atSameAddress(router, '/not-allowed');
  };
}

/** While the server doesn't answer there is nothing to decide: the page says so and offers to try again. */
async function answered(
  router: Router,
  decide: () => Promise<true | UrlTree>,
): Promise<true | UrlTree | RedirectCommand> {
  try {
    return await decide();
  } catch {
    return atSameAddress(router, '/unavailable');
  }
}

function atSameAddress(router: Router, path: string): RedirectCommand {
  return new RedirectCommand(router.parseUrl(path), { skipLocationChange: true });
}
