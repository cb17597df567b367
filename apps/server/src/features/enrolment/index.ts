export { writeDemoToken } from './demo-token';
export { enrolmentLabelsMigration } from './enrolment-labels.migration';
export { EnrolmentTokensService } from './enrolment-tokens.service';
export { enrolmentMigration } from './enrolment.migration';
export * from './enrolment.module';
export * from './order-signer';
export * from './order-signer.module';
