import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { FingerprintsModule } from '../fingerprints';
import { MachineRegistryRepository } from './machine-registry.repository';
import { MachineReportsRepository } from './machine-reports.repository';
import { MachinesController } from './machines.controller';
import { MachinesRepository } from './machines.repository';
import { MachinesService } from './machines.service';

@Module({
  imports: [AuditModule, FingerprintsModule],
  controllers: [MachinesController],
  providers: [
    MachineRegistryRepository,
    MachineReportsRepository,
    MachinesRepository,
    MachinesService,
  ],
  exports: [MachineRegistryRepository, MachineReportsRepository],
})
export class MachinesModule {}
