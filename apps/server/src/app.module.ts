import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from './features/audit';
import { CampaignsModule } from './features/campaigns';
import { ConnectionsModule } from './features/connections';
import { DuplicatesModule, ReEnrolmentsModule } from './features/duplicates';
import { EffectModule } from './features/effect';
import { EnrolmentModule } from './features/enrolment';
import { ErrorCodesModule } from './features/error-codes';
import { EscalationsModule } from './features/escalations';
import { EvidenceModule } from './features/evidence';
import { FingerprintsModule } from './features/fingerprints';
import { HealthModule } from './features/health';
import { LiveModule } from './features/live';
import { MachinesModule } from './features/machines';
import { PlaybooksModule } from './features/playbooks';
import { PoliciesModule } from './features/policies';
import { ReleasesModule } from './features/releases';
import { RunsModule } from './features/runs';
import { SavedFiltersModule } from './features/saved-filters';
import { TimelineModule } from './features/timeline';
import { UsersModule } from './features/users';
import { MIGRATIONS } from './migrations';
import { ClockModule } from './platform/clock';
import { ClusterModule } from './platform/cluster';
import { type Config, ConfigModule } from './platform/config';
import { DatabaseModule } from './platform/database';
import { EventsModule } from './platform/events';
import { HttpModule } from './platform/http';
import { JobsModule } from './platform/jobs';
import { type Logger, LoggingModule } from './platform/logging';

const features = [
  AuditModule,
  CampaignsModule,
  ConnectionsModule,
  DuplicatesModule,
  EffectModule,
  EnrolmentModule,
  ErrorCodesModule,
  EscalationsModule,
  EvidenceModule,
  FingerprintsModule,
  HealthModule,
  LiveModule,
  MachinesModule,
  PlaybooksModule,
  PoliciesModule,
  ReEnrolmentsModule,
  ReleasesModule,
  RunsModule,
  SavedFiltersModule,
  TimelineModule,
  UsersModule,
];

/** The whole server. */
@Module({})
export class AppModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(logger),
        ClockModule,
        EventsModule,
        DatabaseModule.with(MIGRATIONS),
        ClusterModule,
        JobsModule,
        HttpModule,
        ...features,
      ],
    };
  }
}
