import { Controller, Get, Res } from '@nestjs/common';
import {
  type ParameterQuery,
  parameterQuerySchema,
  type PlaybookDescription,
  playbookListSchema,
} from '@fleetmend/dashboard-api';
import { PLAYBOOKS } from '@fleetmend/domain';
import type { Response } from 'express';
import * as z from 'zod';
import { Documented, ValidParam, ValidQuery } from '../../platform/http';
import { describePlaybook } from './playbooks.mapper';
import { PlaybooksService } from './playbooks.service';

@Controller('playbooks')
export class PlaybooksController {
  constructor(private readonly playbooks: PlaybooksService) {}

  @Get()
  @Documented({
    summary: 'Every playbook with its parameters and steps',
    answer: playbookListSchema,
  })
  list(): { items: PlaybookDescription[] } {
    return { items: PLAYBOOKS.map(describePlaybook) };
  }

  @Get(':name/command-script')
  @Documented({
    summary: 'A playbook as a command file, for Windows that the client does not run on',
    answer: 'text/plain',
  })
  commandScript(
    @ValidParam('name', z.string().max(100)) name: string,
    @ValidQuery(parameterQuerySchema) query: ParameterQuery,
    @Res() response: Response,
  ): void {
    const script = this.playbooks.commandScript(name, query);
    response.attachment(script.name);
    response.type('text/plain').send(script.text);
  }
}
