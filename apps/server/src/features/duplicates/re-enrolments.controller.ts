import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  enrolmentResponseSchema,
  type ReEnrolmentRequest,
  reEnrolmentRequestSchema,
} from '@fleetmend/client-protocol';
import {
  type ReEnrolmentDecision,
  reEnrolmentDecisionSchema,
  type WaitingReEnrolment,
  waitingReEnrolmentListSchema,
} from '@fleetmend/dashboard-api';
import type { Request, Response } from 'express';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  Public,
  ValidBody,
  ValidParam,
} from '../../platform/http';
import { type ReEnrolmentAnswer, ReEnrolmentsService } from './re-enrolments.service';

@Controller('re-enrolments')
export class ReEnrolmentsController {
  constructor(private readonly reEnrolments: ReEnrolmentsService) {}

  @Post()
  @Public()
  @Documented({
    summary:
      'For clients: a computer with the copied key of a machine asks for its own; 202 while an administrator has to decide',
    answer: enrolmentResponseSchema,
    status: 201,
  })
  async ask(
    @ValidBody(reEnrolmentRequestSchema) given: ReEnrolmentRequest,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReEnrolmentAnswer> {
    const answer = await this.reEnrolments.ask(given, request.ip ?? '');
    response.status('state' in answer ? 202 : 201);
    return answer;
  }

  @Get('waiting')
  @Documented({
    summary: 'Computers with a copied key that wait for an administrator',
    answer: waitingReEnrolmentListSchema,
  })
  waiting(): Promise<{ items: WaitingReEnrolment[] }> {
    return this.reEnrolments.waiting();
  }

  @Post(':id/decision')
  @HttpCode(204)
  @NeedsRole('administrator')
  @Documented({ summary: 'Allow or refuse that a copied computer becomes a machine' })
  decide(
    @ValidParam('id') id: string,
    @ValidBody(reEnrolmentDecisionSchema) decision: ReEnrolmentDecision,
    @CurrentActor() actor: Actor,
  ): Promise<void> {
    return this.reEnrolments.decide(id, decision, actor);
  }
}
