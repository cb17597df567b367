import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  type NewSavedFilter,
  newSavedFilterSchema,
  type SavedFilter,
  savedFilterListSchema,
  savedFilterSchema,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
} from '../../platform/http';
import { SavedFiltersService } from './saved-filters.service';

@Controller('saved-filters')
export class SavedFiltersController {
  constructor(private readonly filters: SavedFiltersService) {}

  @Get()
  @Documented({
    summary: 'One’s own saved filters of machines and the shared ones, by name',
    answer: savedFilterListSchema,
  })
  list(@CurrentActor() actor: Actor): Promise<{ items: SavedFilter[] }> {
    return this.filters.list(actor);
  }

  @Post()
  @NeedsRole('operator')
  @Documented({ summary: 'Saves a filter', answer: savedFilterSchema, status: 201 })
  create(
    @CurrentActor() actor: Actor,
    @ValidBody(newSavedFilterSchema) given: NewSavedFilter,
  ): Promise<SavedFilter> {
    return this.filters.create(given, actor);
  }

  @Put(':id')
  @NeedsRole('operator')
  @Documented({
    summary: 'Changes a saved filter: its owner may, of shared ones administrators, too',
    answer: savedFilterSchema,
  })
  change(
    @CurrentActor() actor: Actor,
    @ValidParam('id') id: string,
    @ValidBody(newSavedFilterSchema) given: NewSavedFilter,
  ): Promise<SavedFilter> {
    return this.filters.change(id, given, actor);
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsRole('operator')
  @Documented({ summary: 'Deletes a saved filter' })
  delete(@CurrentActor() actor: Actor, @ValidParam('id') id: string): Promise<void> {
    return this.filters.delete(id, actor);
  }
}
