export * from './audit.module';
export { auditMigration } from './audit.migration';
export { type AuditActor, type AuditRecord, AuditService } from './audit.service';
