import { Controller, Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import {
  type CreatedEnrolmentToken,
  createdEnrolmentTokenSchema,
  type EnrolmentToken,
  enrolmentTokenListSchema,
  type NewEnrolmentToken,
  newEnrolmentTokenSchema,
} from '@fleetmend/dashboard-api';
import type { Request } from 'express';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  originOf,
  ValidBody,
  ValidParam,
} from '../../platform/http';
import { EnrolmentTokensService } from './enrolment-tokens.service';

@Controller('enrolment-tokens')
@NeedsRole('administrator')
export class EnrolmentTokensController {
  constructor(private readonly tokens: EnrolmentTokensService) {}

  @Get()
  @Documented({ summary: 'All enrolment tokens, newest first', answer: enrolmentTokenListSchema })
  list(): Promise<{ items: EnrolmentToken[] }> {
    return this.tokens.list();
  }

  @Post()
  @Documented({
    summary: 'Makes an enrolment token; its secret is shown this once',
    answer: createdEnrolmentTokenSchema,
    status: 201,
  })
  create(
    @CurrentActor() actor: Actor,
    @ValidBody(newEnrolmentTokenSchema) given: NewEnrolmentToken,
    @Req() request: Request,
  ): Promise<CreatedEnrolmentToken> {
    return this.tokens.create(actor, given, originOf(request));
  }

  @Delete(':id')
  @HttpCode(204)
  @Documented({ summary: 'Revokes an enrolment token; machines that enrolled with it stay' })
  revoke(@CurrentActor() actor: Actor, @ValidParam('id') id: string): Promise<void> {
    return this.tokens.revoke(actor, id);
  }
}
