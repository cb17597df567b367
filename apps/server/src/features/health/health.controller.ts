import { Controller, Get, Res } from '@nestjs/common';
import { type Health, healthSchema } from '@fleetmend/dashboard-api';
import type { Response } from 'express';
import { Documented, Public } from '../../platform/http';
import { HealthService } from './health.service';

@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Public()
  @Documented({
    summary: 'Whether the server can do its work: 200, or 503 with the same body',
    answer: healthSchema,
  })
  async read(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const health = await this.health.read();
    response.status(health.status === 'ok' ? 200 : 503);
    return health;
  }
}
