export { machinesMigration } from './machines.migration';
