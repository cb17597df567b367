import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Documented, Public, ValidParam } from '../../platform/http';
import { DownloadsService } from '../releases';
import { HandshakesService } from './handshakes.service';

/** Where clients fetch what they were offered. Who they are is proved as in a handshake, once for each request. */
@Controller('client-updates')
export class ClientUpdatesController {
  constructor(
    private readonly handshakes: HandshakesService,
    private readonly downloads: DownloadsService,
  ) {}

  @Get(':releaseId/executable')
  @Public()
  @Documented({
    summary: 'The executable of a release, for a machine that was offered it; takes ranges',
    answer: 'application/octet-stream',
  })
  async executable(
    @ValidParam('releaseId') releaseId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { machine } = await this.handshakes.checkHeader(request.headers.authorization);
    await this.downloads.send(machine.id, releaseId, response);
  }
}
