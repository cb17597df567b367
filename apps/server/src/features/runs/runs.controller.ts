import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import {
  type Page,
  type Run,
  type RunDetail,
  runDetailSchema,
  runPageSchema,
  type RunQuery,
  runQuerySchema,
} from '@fleetmend/dashboard-api';
import type { Response } from 'express';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidParam,
  ValidQuery,
} from '../../platform/http';
import { RunsService } from './runs.service';

@Controller('runs')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @Documented({ summary: 'Runs, newest first', answer: runPageSchema })
  page(@ValidQuery(runQuerySchema) query: RunQuery): Promise<Page<Run>> {
    return this.runs.page(query);
  }

  @Get(':id')
  @Documented({ summary: 'One run with its steps', answer: runDetailSchema })
  find(@ValidParam('id') id: string): Promise<RunDetail> {
    return this.runs.find(id);
  }

  @Get(':id/histories/:historyId')
  @Documented({ summary: 'A record that was saved before the run', answer: 'text/plain' })
  async history(
    @ValidParam('id') id: string,
    @ValidParam('historyId') historyId: string,
    @Res() response: Response,
  ): Promise<void> {
    const { name, text } = await this.runs.history(id, historyId);
    response.attachment(`${name.replace(/[^A-Za-z0-9._-]/g, '_')}.txt`);
    response.type('text/plain').send(text);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({ summary: 'Cancel a run that its machine has not fetched', answer: runDetailSchema })
  cancel(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<RunDetail> {
    return this.runs.cancel(id, actor);
  }

  @Post(':id/undo')
  @NeedsRole('operator')
  @Documented({ summary: 'Take a run back', answer: runDetailSchema, status: 201 })
  undo(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<RunDetail> {
    return this.runs.undo(id, actor);
  }
}
