import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { type Actor, CurrentActor, Documented, NeedsRole, ValidParam } from '../../platform/http';
import { type EvidenceBundle, EvidenceService } from './evidence.service';

@Controller()
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  @Get('runs/:id/evidence.zip')
  @NeedsRole('operator')
  @Documented({ summary: 'All that is known of a run, as a bundle', answer: 'application/zip' })
  async ofRun(
    @ValidParam('id') id: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await this.evidence.ofRun(id, actor));
  }

  @Get('machines/:id/evidence.zip')
  @NeedsRole('operator')
  @Documented({ summary: 'All that is known of a machine, as a bundle', answer: 'application/zip' })
  async ofMachine(
    @ValidParam('id') id: string,
    @CurrentActor() actor: Actor,
    @Res() response: Response,
  ): Promise<void> {
    send(response, await this.evidence.ofMachine(id, actor));
  }
}

function send(response: Response, { name, content }: EvidenceBundle): void {
  response.attachment(name);
  response.type('application/zip').send(content);
}
