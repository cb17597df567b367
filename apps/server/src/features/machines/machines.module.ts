import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { EffectModule } from '../effect';
import { FingerprintsModule } from '../fingerprints';
import { MachineLabelsController } from './machine-labels.controller';
import { MachineLabelsRepository } from './machine-labels.repository';
import { MachineLabelsService } from './machine-labels.service';
import { MachineNamesRepository } from './machine-names.repository';
import { MachineNamesService } from './machine-names.service';
import { MachineRegistryRepository } from './machine-registry.repository';
import { MachineReportsRepository } from './machine-reports.repository';
import { MachinesController } from './machines.controller';
import { MachinesRepository } from './machines.repository';
import { MachinesService } from './machines.service';

@Module({
  imports: [AuditModule, EffectModule, FingerprintsModule],
  controllers: [MachinesController, MachineLabelsController],
  providers: [
    MachineLabelsRepository,
    MachineLabelsService,
    MachineNamesRepository,
    MachineNamesService,
    MachineRegistryRepository,
    MachineReportsRepository,
    MachinesRepository,
    MachinesService,
  ],
  exports: [MachineNamesService, MachineRegistryRepository, MachineReportsRepository],
})
export class MachinesModule {}
