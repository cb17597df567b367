import { Controller, Get } from '@nestjs/common';
import {
  type Page,
  type TimelineEntry,
  timelinePageSchema,
  timelineQuerySchema,
} from '@fleetmend/dashboard-api';
import type * as z from 'zod';
import { Documented, ValidParam, ValidQuery } from '../../platform/http';
import { TimelineService } from './timeline.service';

@Controller('machines/:id/timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @Documented({ summary: 'What happened to a machine, newest first', answer: timelinePageSchema })
  page(
    @ValidParam('id') id: string,
    @ValidQuery(timelineQuerySchema) query: z.infer<typeof timelineQuerySchema>,
  ): Promise<Page<TimelineEntry>> {
    return this.timeline.page(id, query);
  }
}
