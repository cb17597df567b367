import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  type Escalation,
  type EscalationDecided,
  escalationDecidedSchema,
  type EscalationDecision,
  escalationDecisionSchema,
  escalationPageSchema,
  type EscalationQuery,
  escalationQuerySchema,
  type Page,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidQuery,
} from '../../platform/http';
import { EscalationsService } from './escalations.service';

@Controller('escalations')
export class EscalationsController {
  constructor(private readonly escalations: EscalationsService) {}

  @Get()
  @Documented({
    summary: 'What rules propose after runs that did not help, newest first',
    answer: escalationPageSchema,
  })
  page(@ValidQuery(escalationQuerySchema) query: EscalationQuery): Promise<Page<Escalation>> {
    return this.escalations.page(query);
  }

  @Post('decide')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({
    summary: 'Approve, dismiss or settle some, or all of a rule',
    answer: escalationDecidedSchema,
  })
  decide(
    @ValidBody(escalationDecisionSchema) request: EscalationDecision,
    @CurrentActor() actor: Actor,
  ): Promise<EscalationDecided> {
    return this.escalations.decide(request, actor);
  }
}
