import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  type NewPolicy,
  newPolicySchema,
  type Policy,
  policyListSchema,
  type PolicyRehearsal,
  policyRehearsalSchema,
  policySchema,
  type PolicyStateRequest,
  policyStateRequestSchema,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
} from '../../platform/http';
import { PoliciesService } from './policies.service';

@Controller('policies')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  @Get()
  @Documented({ summary: 'Standing policies, by name', answer: policyListSchema })
  list(): Promise<{ items: Policy[] }> {
    return this.policies.list();
  }

  @Get(':id')
  @Documented({ summary: 'One policy', answer: policySchema })
  find(@ValidParam('id') id: string): Promise<Policy> {
    return this.policies.find(id);
  }

  @Get(':id/rehearsal')
  @Documented({
    summary: 'What a policy would have done, and whom it would not treat now',
    answer: policyRehearsalSchema,
  })
  rehearsal(@ValidParam('id') id: string): Promise<PolicyRehearsal> {
    return this.policies.rehearsal(id);
  }

  @Post()
  @NeedsRole('administrator')
  @Documented({ summary: 'Make a policy; it is off', answer: policySchema, status: 201 })
  create(
    @ValidBody(newPolicySchema) given: NewPolicy,
    @CurrentActor() actor: Actor,
  ): Promise<Policy> {
    return this.policies.create(given, actor);
  }

  @Put(':id')
  @NeedsRole('administrator')
  @Documented({
    summary: 'Change a policy; whatever changes but its name puts it to off',
    answer: policySchema,
  })
  change(
    @ValidParam('id') id: string,
    @ValidBody(newPolicySchema) given: NewPolicy,
    @CurrentActor() actor: Actor,
  ): Promise<Policy> {
    return this.policies.change(id, given, actor);
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsRole('administrator')
  @Documented({ summary: 'Delete a policy that is off; its runs stay' })
  delete(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<void> {
    return this.policies.delete(id, actor);
  }

  @Post(':id/state')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({
    summary: 'Let a policy rehearse, or switch it on or off; operators may only switch off',
    answer: policySchema,
  })
  setState(
    @ValidParam('id') id: string,
    @ValidBody(policyStateRequestSchema) request: PolicyStateRequest,
    @CurrentActor() actor: Actor,
  ): Promise<Policy> {
    return this.policies.setState(id, request, actor);
  }
}
