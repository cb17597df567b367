import { Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  type DuplicateQuery,
  duplicateQuerySchema,
  type DuplicateSettings,
  duplicateSettingsSchema,
  type Merge,
  type MergePreview,
  mergePreviewSchema,
  mergeSchema,
  type Page,
  type PossibleDuplicate,
  possibleDuplicatePageSchema,
  possibleDuplicateSchema,
  type SharedHint,
  sharedHintListSchema,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
  ValidQuery,
} from '../../platform/http';
import { DuplicatesService } from './duplicates.service';
import { MergesService } from './merges.service';

@Controller('duplicates')
export class DuplicatesController {
  constructor(
    private readonly duplicates: DuplicatesService,
    private readonly merges: MergesService,
  ) {}

  @Get()
  @Documented({
    summary: 'Pairs of machines that may be one computer, newest first',
    answer: possibleDuplicatePageSchema,
  })
  page(@ValidQuery(duplicateQuerySchema) query: DuplicateQuery): Promise<Page<PossibleDuplicate>> {
    return this.duplicates.page(query);
  }

  @Get('shared-hints')
  @Documented({
    summary: 'Hints that too many machines share to say anything',
    answer: sharedHintListSchema,
  })
  sharedHints(): Promise<{ items: SharedHint[] }> {
    return this.duplicates.sharedHints();
  }

  @Get('settings')
  @Documented({ summary: 'What happens to copies by itself', answer: duplicateSettingsSchema })
  settings(): Promise<DuplicateSettings> {
    return this.duplicates.readSettings();
  }

  @Put('settings')
  @NeedsRole('administrator')
  @Documented({ summary: 'Change what happens to copies', answer: duplicateSettingsSchema })
  changeSettings(
    @ValidBody(duplicateSettingsSchema) settings: DuplicateSettings,
    @CurrentActor() actor: Actor,
  ): Promise<DuplicateSettings> {
    return this.duplicates.changeSettings(settings, actor);
  }

  @Get(':id')
  @Documented({ summary: 'One pair', answer: possibleDuplicateSchema })
  find(@ValidParam('id') id: string): Promise<PossibleDuplicate> {
    return this.duplicates.find(id);
  }

  @Get(':id/merge-preview')
  @Documented({
    summary: 'What a merge would do, and what stands against it',
    answer: mergePreviewSchema,
  })
  preview(
    @ValidParam('id') id: string,
    @ValidQuery(mergeSchema) merge: Merge,
  ): Promise<MergePreview> {
    return this.merges.preview(id, merge);
  }

  @Post(':id/merge')
  @HttpCode(200)
  @NeedsRole('administrator')
  @Documented({
    summary: 'They are one computer: one machine takes over the history of the other, which ends',
    answer: possibleDuplicateSchema,
  })
  merge(
    @ValidParam('id') id: string,
    @ValidBody(mergeSchema) merge: Merge,
    @CurrentActor() actor: Actor,
  ): Promise<PossibleDuplicate> {
    return this.merges.merge(id, merge, actor);
  }

  @Post(':id/dismiss')
  @HttpCode(200)
  @NeedsRole('administrator')
  @Documented({ summary: 'They are two computers', answer: possibleDuplicateSchema })
  dismiss(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<PossibleDuplicate> {
    return this.duplicates.dismiss(id, actor);
  }
}
