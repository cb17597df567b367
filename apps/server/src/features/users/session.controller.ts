import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import {
  type Session,
  sessionSchema,
  type SetupRequest,
  setupRequestSchema,
  type SetupState,
  setupStateSchema,
  type SignInRequest,
  signInRequestSchema,
} from '@fleetmend/dashboard-api';
import type { Request, Response } from 'express';
import { type Config, CONFIG } from '../../platform/config';
import { type Actor, CurrentActor, Documented, Public, ValidBody } from '../../platform/http';
import { sessionCookie } from './session-cookie';
import { type OpenSession, SessionsService } from './sessions.service';
import { SetupService } from './setup.service';

/** Signing in and out, and the first administrator: everything that sets the cookie. */
@Controller()
export class SessionController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly setup: SetupService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('setup')
  @Public()
  @Documented({
    summary: 'Whether the first administrator is still missing',
    answer: setupStateSchema,
  })
  setupState(): Promise<SetupState> {
    return this.setup.state();
  }

  @Post('setup')
  @Public()
  @Documented({
    summary: 'Makes the first administrator and signs them in',
    answer: sessionSchema,
    status: 201,
  })
  async finishSetup(
    @ValidBody(setupRequestSchema) given: SetupRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const opened = await this.setup.finish(given, request.ip ?? '', request.headers.cookie);
    return this.keep(opened, response);
  }

  @Post('session')
  @Public()
  @Documented({ summary: 'Signs in', answer: sessionSchema, status: 201 })
  async signIn(
    @ValidBody(signInRequestSchema) { email, password }: SignInRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const { cookie } = request.headers;
    const opened = await this.sessions.signIn(email, password, request.ip ?? '', cookie);
    return this.keep(opened, response);
  }

  @Get('session')
  @Public()
  @Documented({ summary: 'Who is signed in', answer: sessionSchema })
  read(@Req() request: Request): Promise<Session> {
    return this.sessions.read(request.headers.cookie);
  }

  @Delete('session')
  @HttpCode(204)
  @Documented({ summary: 'Signs out' })
  async signOut(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.sessions.signOut(actor, request.headers.cookie);
    response.setHeader('set-cookie', sessionCookie(null, new Date(0), this.config.secureCookies));
  }

  private keep({ secret, session }: OpenSession, response: Response): Session {
    // The server ends idle sessions by itself: the cookie may outlive them.
    const expires = new Date(Date.parse(session.user.lastSignInAt ?? session.expiresAt));
    expires.setUTCDate(expires.getUTCDate() + 7);
    response.setHeader('set-cookie', sessionCookie(secret, expires, this.config.secureCookies));
    return session;
  }
}
