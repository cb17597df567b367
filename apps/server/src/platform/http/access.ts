import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Role } from '@fleetmend/dashboard-api';
import type { Request } from 'express';

/** The person on whose behalf a request runs, as the audit log wants to know it. */
export interface Actor {
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly sessionId: string;
  readonly address: string | null;
}

/** A request as it stands behind the guards. */
export interface ServerRequest extends Request {
  requestId?: string;
  actor?: Actor;
}

export const ACCESS = Symbol('access');
/** Who may call a route: anyone, or people with at least this role. */
export type Access = 'public' | Role;

/** Anyone may call this route, without a session. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

/** This route needs a session with at least `role`. Routes that don't say need `viewer`. */
export const NeedsRole = (role: Role) => SetMetadata(ACCESS, role satisfies Access);

/** Injects the {@link Actor} of the request. Not for public routes. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<ServerRequest>();
  if (!actor) throw new Error('A public route asked for its actor.');
  return actor;
});
