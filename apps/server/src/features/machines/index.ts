export { addMachineFilter } from './machine-filter';
export {
  type ArrivedMachine,
  type EnrolledMachine,
  type MachineConnection,
  type MachineIdentity,
  MachineRegistryRepository,
} from './machine-registry.repository';
export { type LockedMachine, MachineReportsRepository } from './machine-reports.repository';
export { machinesMigration } from './machines.migration';
export * from './machines.module';
