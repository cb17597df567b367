import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { FingerprintsModule } from '../fingerprints';
import { MachinesModule } from '../machines';
import { DuplicateFinder } from './duplicate-finder';
import { DuplicateSettingsRepository } from './duplicate-settings.repository';
import { DuplicatesController } from './duplicates.controller';
import { DuplicatesRepository } from './duplicates.repository';
import { DuplicatesService } from './duplicates.service';
import { MergesRepository } from './merges.repository';
import { MergesService } from './merges.service';
import { SharedHintsRepository } from './shared-hints.repository';

@Module({
  imports: [AuditModule, FingerprintsModule, MachinesModule],
  controllers: [DuplicatesController],
  providers: [
    DuplicateFinder,
    DuplicateSettingsRepository,
    DuplicatesRepository,
    DuplicatesService,
    MergesRepository,
    MergesService,
    SharedHintsRepository,
  ],
  exports: [DuplicateSettingsRepository],
})
export class DuplicatesModule {}
