export { fingerprintsMigration } from './fingerprints.migration';
