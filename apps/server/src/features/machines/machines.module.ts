import { Module } from '@nestjs/common';
import { MachineRegistryRepository } from './machine-registry.repository';
import { MachineReportsRepository } from './machine-reports.repository';

@Module({
  providers: [MachineRegistryRepository, MachineReportsRepository],
  exports: [MachineRegistryRepository, MachineReportsRepository],
})
export class MachinesModule {}
