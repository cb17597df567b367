import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  type NewRemediation,
  newRemediationSchema,
  type Page,
  type Preview,
  type PreviewRequest,
  previewRequestSchema,
  previewSchema,
  type Remediation,
  remediationPageSchema,
  remediationQuerySchema,
  remediationSchema,
  type Run,
  runPageSchema,
  type RunQuery,
  runQuerySchema,
} from '@fleetmend/dashboard-api';
import type * as z from 'zod';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
  ValidQuery,
} from '../../platform/http';
import { RemediationsService } from './remediations.service';
import { RunsService } from './runs.service';

@Controller('remediations')
export class RemediationsController {
  constructor(
    private readonly remediations: RemediationsService,
    private readonly runs: RunsService,
  ) {}

  @Get()
  @Documented({ summary: 'Remediations, newest first', answer: remediationPageSchema })
  page(
    @ValidQuery(remediationQuerySchema) query: z.infer<typeof remediationQuerySchema>,
  ): Promise<Page<Remediation>> {
    return this.remediations.page(query);
  }

  @Post('preview')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({ summary: 'Who would be included, who not, and why', answer: previewSchema })
  preview(@ValidBody(previewRequestSchema) request: PreviewRequest): Promise<Preview> {
    return this.remediations.preview(request);
  }

  @Post()
  @NeedsRole('operator')
  @Documented({ summary: 'Push a playbook to machines', answer: remediationSchema, status: 201 })
  create(
    @ValidBody(newRemediationSchema) request: NewRemediation,
    @CurrentActor() actor: Actor,
  ): Promise<Remediation> {
    return this.remediations.create(request, actor);
  }

  @Get(':id')
  @Documented({ summary: 'One remediation', answer: remediationSchema })
  find(@ValidParam('id') id: string): Promise<Remediation> {
    return this.remediations.find(id);
  }

  @Get(':id/runs')
  @Documented({ summary: 'The runs of a remediation, newest first', answer: runPageSchema })
  runsOf(
    @ValidParam('id') id: string,
    @ValidQuery(runQuerySchema) query: RunQuery,
  ): Promise<Page<Run>> {
    return this.runs.page({ ...query, remediationId: id });
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({ summary: 'Cancel what no machine has fetched yet', answer: remediationSchema })
  cancel(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<Remediation> {
    return this.remediations.cancel(id, actor);
  }
}
