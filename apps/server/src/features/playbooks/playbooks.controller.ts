import { Controller, Get } from '@nestjs/common';
import { type PlaybookDescription, playbookListSchema } from '@fleetmend/dashboard-api';
import { PLAYBOOKS } from '@fleetmend/domain';
import { Documented } from '../../platform/http';
import { describePlaybook } from './playbooks.mapper';

@Controller('playbooks')
export class PlaybooksController {
  @Get()
  @Documented({
    summary: 'Every playbook with its parameters and steps',
    answer: playbookListSchema,
  })
  list(): { items: PlaybookDescription[] } {
    return { items: PLAYBOOKS.map(describePlaybook) };
  }
}
