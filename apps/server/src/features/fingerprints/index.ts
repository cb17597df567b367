export {
  type FingerprintGrowth,
  FingerprintLedgerRepository,
  type MachineFingerprintRow,
  type MetFingerprint,
  type WrittenMachineFingerprint,
} from './fingerprint-ledger.repository';
export { fingerprintsMigration } from './fingerprints.migration';
export * from './fingerprints.module';
export { FingerprintsService, type TargetFingerprint } from './fingerprints.service';
