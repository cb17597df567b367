import { Controller, Get, Post, Put } from '@nestjs/common';
import {
  escalationRuleListSchema,
  type EscalationRuleOfApi,
  escalationRuleSchema,
  type NewEscalationRule,
  newEscalationRuleSchema,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
} from '../../platform/http';
import { EscalationRulesService } from './escalation-rules.service';

@Controller('escalation-rules')
export class EscalationRulesController {
  constructor(private readonly rules: EscalationRulesService) {}

  @Get()
  @Documented({
    summary: 'The rules of what comes after a run that did not help, in their order',
    answer: escalationRuleListSchema,
  })
  list(): Promise<{ items: EscalationRuleOfApi[] }> {
    return this.rules.list();
  }

  @Post()
  @NeedsRole('administrator')
  @Documented({ summary: 'Add a rule', answer: escalationRuleSchema, status: 201 })
  create(
    @ValidBody(newEscalationRuleSchema) given: NewEscalationRule,
    @CurrentActor() actor: Actor,
  ): Promise<EscalationRuleOfApi> {
    return this.rules.create(given, actor);
  }

  @Put(':id')
  @NeedsRole('administrator')
  @Documented({ summary: 'Change a rule, its place or its switch', answer: escalationRuleSchema })
  change(
    @ValidParam('id') id: string,
    @ValidBody(newEscalationRuleSchema) given: NewEscalationRule,
    @CurrentActor() actor: Actor,
  ): Promise<EscalationRuleOfApi> {
    return this.rules.change(id, given, actor);
  }
}
