import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CSRF_HEADER, includesRole } from '@fleetmend/dashboard-api';
import { timingSafeEqual } from 'node:crypto';
import { type Config, CONFIG } from '../../platform/config';
import { RequestError } from '../../platform/errors';
import { ACCESS, type Access, type ServerRequest } from '../../platform/http';
import { isFromOurPages } from './cross-site';
import { csrfTokenOf, hashOf } from './session-cookie';
import { actorOf, SessionsService } from './sessions.service';

/** Lets a request through to its route when the person may: session, role, and that it is their own doing. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets are let in by their gateways, before they exist.
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<ServerRequest>();
    const changes = !['GET', 'HEAD'].includes(request.method);
    if (changes && !isFromOurPages(request.headers, this.config.publicUrl)) throw crossSite();
    const access =
      this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'viewer';
    if (access === 'public') return true;
    const found = await this.sessions.find(request.headers.cookie);
    if (!found) throw new RequestError('unauthenticated', 'You are not signed in.');
    if (changes && !carriesToken(request, found.secret)) throw crossSite();
    const { user, id } = found.live;
    if (!includesRole(user.role, access)) {
      throw new RequestError('forbidden', `This needs the role ${access}.`);
    }
    request.actor = actorOf(user, id, request.ip ?? null);
    return true;
  }
}

function carriesToken(request: ServerRequest, secret: string): boolean {
  const given = request.headers[CSRF_HEADER];
  return typeof given === 'string' && timingSafeEqual(hashOf(given), hashOf(csrfTokenOf(secret)));
}

function crossSite(): RequestError {
  return new RequestError('cross-site-request', 'This request does not come from the dashboard.');
}
