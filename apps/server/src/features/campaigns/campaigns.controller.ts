import { Controller, Delete, Get, Header, HttpCode, Post, Put } from '@nestjs/common';
import {
  type Campaign,
  type CampaignActionRequest,
  campaignActionSchema,
  type CampaignDetail,
  campaignDetailSchema,
  type CampaignFeedEntry,
  campaignFeedPageSchema,
  campaignPageSchema,
  type CampaignPlan,
  campaignPlanSchema,
  type CampaignPreview,
  campaignPreviewRequestSchema,
  campaignPreviewSchema,
  type CampaignQuery,
  campaignQuerySchema,
  type CampaignTarget,
  campaignTargetPageSchema,
  type CampaignTargetQuery,
  campaignTargetQuerySchema,
  type CampaignTiles,
  campaignTilesSchema,
  type NewCampaign,
  newCampaignSchema,
  type OutcomeMatrix,
  outcomeMatrixSchema,
  type Page,
  pageQuerySchema,
  type RetryFailed,
  retryFailedSchema,
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
import { CampaignActionsService } from './campaign-actions.service';
import { CampaignPreviewService } from './campaign-preview.service';
import { CampaignsService } from './campaigns.service';

@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly actions: CampaignActionsService,
    private readonly previews: CampaignPreviewService,
  ) {}

  @Get()
  @Documented({ summary: 'Campaigns, newest first', answer: campaignPageSchema })
  page(@ValidQuery(campaignQuerySchema) query: CampaignQuery): Promise<Page<Campaign>> {
    return this.campaigns.page(query);
  }

  @Post('preview')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({ summary: 'What a plan would do', answer: campaignPreviewSchema })
  preview(
    @ValidBody(campaignPreviewRequestSchema) { plan }: z.infer<typeof campaignPreviewRequestSchema>,
  ): Promise<CampaignPreview> {
    return this.previews.preview(plan);
  }

  @Post()
  @NeedsRole('operator')
  @Documented({ summary: 'Draft a campaign', answer: campaignDetailSchema, status: 201 })
  create(
    @ValidBody(newCampaignSchema) request: NewCampaign,
    @CurrentActor() actor: Actor,
  ): Promise<CampaignDetail> {
    return this.campaigns.create(request, actor);
  }

  @Get(':id')
  @Documented({ summary: 'One campaign', answer: campaignDetailSchema })
  find(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<CampaignDetail> {
    return this.campaigns.find(id, actor);
  }

  @Put(':id')
  @NeedsRole('operator')
  @Documented({ summary: 'Change a draft', answer: campaignDetailSchema })
  change(
    @ValidParam('id') id: string,
    @ValidBody(campaignPlanSchema) plan: CampaignPlan,
    @CurrentActor() actor: Actor,
  ): Promise<CampaignDetail> {
    return this.campaigns.change(id, plan, actor);
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsRole('operator')
  @Documented({ summary: 'Discard a draft' })
  discard(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<void> {
    return this.campaigns.discard(id, actor);
  }

  @Post(':id/actions')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({ summary: 'Decide about a campaign', answer: campaignDetailSchema })
  act(
    @ValidParam('id') id: string,
    @ValidBody(campaignActionSchema) request: CampaignActionRequest,
    @CurrentActor() actor: Actor,
  ): Promise<CampaignDetail> {
    return this.actions.act(id, request, actor);
  }

  @Post(':id/retry-failed')
  @NeedsRole('operator')
  @Documented({ summary: 'Draft a retry of the failed', answer: campaignDetailSchema, status: 201 })
  retryFailed(
    @ValidParam('id') id: string,
    @ValidBody(retryFailedSchema) request: RetryFailed,
    @CurrentActor() actor: Actor,
  ): Promise<CampaignDetail> {
    return this.campaigns.retryFailed(id, request, actor);
  }

  @Get(':id/targets')
  @Documented({ summary: 'Machines of a campaign', answer: campaignTargetPageSchema })
  targets(
    @ValidParam('id') id: string,
    @ValidQuery(campaignTargetQuerySchema) query: CampaignTargetQuery,
  ): Promise<Page<CampaignTarget>> {
    return this.campaigns.targetPage(id, query);
  }

  @Get(':id/tiles')
  @Documented({ summary: 'All machines of a campaign, in short', answer: campaignTilesSchema })
  tiles(@ValidParam('id') id: string): Promise<CampaignTiles> {
    return this.campaigns.tiles(id);
  }

  @Get(':id/matrix')
  @Documented({ summary: 'Outcomes by verdict and code', answer: outcomeMatrixSchema })
  matrix(@ValidParam('id') id: string): Promise<OutcomeMatrix> {
    return this.campaigns.matrix(id);
  }

  @Get(':id/feed')
  @Documented({ summary: 'What happened, newest first', answer: campaignFeedPageSchema })
  feed(
    @ValidParam('id') id: string,
    @ValidQuery(pageQuerySchema) query: z.infer<typeof pageQuerySchema>,
  ): Promise<Page<CampaignFeedEntry>> {
    return this.campaigns.feed(id, query);
  }

  @Get(':id/report.csv')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  @Header('Content-Disposition', 'attachment; filename="campaign.csv"')
  @Documented({ summary: 'Every machine and its outcome, as CSV', answer: 'text/csv' })
  csv(@ValidParam('id') id: string): Promise<string> {
    return this.campaigns.csv(id);
  }
}
