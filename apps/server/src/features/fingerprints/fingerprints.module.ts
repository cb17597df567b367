import { Module } from '@nestjs/common';
import { EffectModule } from '../effect';
import { FingerprintLedgerRepository } from './fingerprint-ledger.repository';
import { FingerprintsController } from './fingerprints.controller';
import { FingerprintsRepository } from './fingerprints.repository';
import { FingerprintsService } from './fingerprints.service';

@Module({
  imports: [EffectModule],
  controllers: [FingerprintsController],
  providers: [FingerprintsService, FingerprintsRepository, FingerprintLedgerRepository],
  exports: [FingerprintsService, FingerprintLedgerRepository],
})
export class FingerprintsModule {}
