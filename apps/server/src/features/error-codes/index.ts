export * from './error-codes.module';
export { ErrorCodesService } from './error-codes.service';
