import { Module } from '@nestjs/common';
import { FingerprintLedgerRepository } from './fingerprint-ledger.repository';

@Module({
  providers: [FingerprintLedgerRepository],
  exports: [FingerprintLedgerRepository],
})
export class FingerprintsModule {}
