import { Module } from '@nestjs/common';
import { FingerprintsModule } from '../fingerprints';
import { FailuresRepository } from './failures.repository';
import { FailuresService } from './failures.service';

@Module({
  imports: [FingerprintsModule],
  providers: [FailuresService, FailuresRepository],
  exports: [FailuresService],
})
export class FailuresModule {}
