import { Controller, Get, Put } from '@nestjs/common';
import {
  type EmergencyStop,
  emergencyStopRequestSchema,
  emergencyStopSchema,
} from '@fleetmend/dashboard-api';
import type * as z from 'zod';
import { type Actor, CurrentActor, Documented, NeedsRole, ValidBody } from '../../platform/http';
import { EmergencyStopService } from './emergency-stop.service';

@Controller('emergency-stop')
export class EmergencyStopController {
  constructor(private readonly stop: EmergencyStopService) {}

  @Get()
  @Documented({ summary: 'Whether all orders are stopped', answer: emergencyStopSchema })
  read(): Promise<EmergencyStop> {
    return this.stop.read();
  }

  @Put()
  @NeedsRole('operator')
  @Documented({ summary: 'Stop or release all orders', answer: emergencyStopSchema })
  set(
    @ValidBody(emergencyStopRequestSchema) wanted: z.infer<typeof emergencyStopRequestSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<EmergencyStop> {
    return this.stop.set(wanted, actor);
  }
}
