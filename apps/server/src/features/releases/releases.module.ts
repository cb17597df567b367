import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { OrderSignerModule } from '../enrolment';
import { DownloadsService } from './downloads.service';
import { MachineUpdatesController } from './machine-updates.controller';
import { MachineUpdatesRepository } from './machine-updates.repository';
import { OffersService } from './offers.service';
import { ReleaseFiles } from './release-files';
import { ReleasesController } from './releases.controller';
import { ReleasesRepository } from './releases.repository';
import { ReleasesService } from './releases.service';
import { RolloutWatchService } from './rollout-watch.service';

@Module({
  imports: [AuditModule, OrderSignerModule],
  controllers: [ReleasesController, MachineUpdatesController],
  providers: [
    DownloadsService,
    MachineUpdatesRepository,
    OffersService,
    ReleaseFiles,
    ReleasesRepository,
    ReleasesService,
    RolloutWatchService,
  ],
  exports: [DownloadsService, OffersService, RolloutWatchService],
})
export class ReleasesModule {}
