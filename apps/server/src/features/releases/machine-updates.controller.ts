import { Controller, Get } from '@nestjs/common';
import { type MachineUpdate, machineUpdateListSchema } from '@fleetmend/dashboard-api';
import { Documented, ValidParam } from '../../platform/http';
import { ReleasesService } from './releases.service';

@Controller('machines/:id/client-updates')
export class MachineUpdatesController {
  constructor(private readonly releases: ReleasesService) {}

  @Get()
  @Documented({
    summary: 'The last updates of the client on this machine, what changed last first',
    answer: machineUpdateListSchema,
  })
  list(@ValidParam('id') id: string): Promise<{ items: MachineUpdate[] }> {
    return this.releases.ofMachine(id);
  }
}
