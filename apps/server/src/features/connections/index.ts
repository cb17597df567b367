export * from './connections.module';
export { ConnectionsService } from './connections.service';
export { HandshakesService, type ProvenMachine } from './handshakes.service';
export { KeyGuardService } from './key-guard.service';
export { usedProofsMigration } from './used-proofs.migration';
