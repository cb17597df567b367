import { Module } from '@nestjs/common';
import { MachineRegistryRepository } from './machine-registry.repository';

@Module({
  providers: [MachineRegistryRepository],
  exports: [MachineRegistryRepository],
})
export class MachinesModule {}
