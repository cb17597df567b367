import { inject } from '@angular/core';
import {
  type CanActivateFn,
  RedirectCommand,
  Router,
  type RouterStateSnapshot,
  type UrlTree,
} from '@angular/router';
import { type Role } from '@fleetmend/dashboard-api';
import { SessionState } from '../api/session-state';
import { Sessions } from '../api/sessions';

/** Pages behind a session: leads to sign-in and back. */
export const signedIn: CanActivateFn = (_route, target) => {
  const router = inject(Router);
  const sessions = inject(Sessions);
  const state = inject(SessionState);
  return answered(router, target, async () => {
    await sessions.ready();
    if (state.session() !== null) return true;
    const queryParams = target.url === '/' ? {} : { returnTo: target.url };
    return router.createUrlTree(['/sign-in'], { queryParams });
  });
};

/** The sign-in page: only without a session; leads to set-up while there is nobody who could sign in. */
export const signedOut: CanActivateFn = (_route, target) => {
  const router = inject(Router);
  const sessions = inject(Sessions);
  const state = inject(SessionState);
  return answered(router, target, async () => {
    await sessions.ready();
    if (state.session() !== null) return router.createUrlTree(['/']);
    return (await sessions.setupNeeded()) ? router.createUrlTree(['/setup']) : true;
  });
};

/** The set-up page: only while the first administrator is missing. */
export const setupNeeded: CanActivateFn = (_route, target) => {
  const router = inject(Router);
  const sessions = inject(Sessions);
  return answered(router, target, async () =>
    (await sessions.setupNeeded()) ? true : router.createUrlTree(['/sign-in']),
  );
};

/** Pages for people with the rights of `role`; the others are told so, at the same address. */
export function requiresRole(role: Role): CanActivateFn {
  return (_route, target) => {
    const router = inject(Router);
    return inject(SessionState).can(role) ? true : atSameAddress(router, target, '/not-allowed');
  };
}

/** While the server doesn't answer there is nothing to decide: the page says so and offers to try again. */
async function answered(
  router: Router,
  target: RouterStateSnapshot,
  decide: () => Promise<true | UrlTree>,
): Promise<true | UrlTree | RedirectCommand> {
  try {
    return await decide();
  } catch {
    return atSameAddress(router, target, '/unavailable');
  }
}

/** Another page, while the address bar says where the person wanted to go: there a reload leads. */
function atSameAddress(router: Router, target: RouterStateSnapshot, path: string): RedirectCommand {
  return new RedirectCommand(router.parseUrl(path), { browserUrl: target.url });
}
