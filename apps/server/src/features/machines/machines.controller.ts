import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import {
  type ChronicMachine,
  chronicMachinePageSchema,
  type ChronicMachineQuery,
  chronicMachineQuerySchema,
  type Machine,
  type MachineDetail,
  machineDetailSchema,
  type MachineFacets,
  machineFacetsSchema,
  machinePageSchema,
  type MachineQuery,
  machineQuerySchema,
  type Page,
} from '@fleetmend/dashboard-api';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidParam,
  ValidQuery,
} from '../../platform/http';
import { ChronicService } from '../effect';
import { MachinesService } from './machines.service';

@Controller('machines')
export class MachinesController {
  constructor(
    private readonly machines: MachinesService,
    private readonly chronicMachines: ChronicService,
  ) {}

  @Get()
  @Documented({ summary: 'Machines that match a filter', answer: machinePageSchema })
  page(@ValidQuery(machineQuerySchema) query: MachineQuery): Promise<Page<Machine>> {
    return this.machines.page(query);
  }

  @Get('facets')
  @Documented({ summary: 'What the filters can offer', answer: machineFacetsSchema })
  facets(): Promise<MachineFacets> {
    return this.machines.facets();
  }

  @Get('chronic')
  @Documented({
    summary: "Machines that more of the same won't help, and why",
    answer: chronicMachinePageSchema,
  })
  chronic(
    @ValidQuery(chronicMachineQuerySchema) query: ChronicMachineQuery,
  ): Promise<Page<ChronicMachine>> {
    return this.chronicMachines.page(query);
  }

  @Get(':id')
  @Documented({
    summary: 'One machine with its failures and inventory',
    answer: machineDetailSchema,
  })
  find(@ValidParam('id') id: string): Promise<MachineDetail> {
    return this.machines.find(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsRole('administrator')
  @Documented({ summary: 'Retire a machine: its key counts no more, its history stays' })
  retire(@ValidParam('id') id: string, @CurrentActor() actor: Actor): Promise<void> {
    return this.machines.retire(id, actor);
  }
}
