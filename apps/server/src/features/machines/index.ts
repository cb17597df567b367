export { addMachineFilter } from './machine-filter';
export { machineLabelsMigration } from './machine-labels.migration';
export {
  type ArrivedMachine,
  type EnrolledMachine,
  type MachineConnection,
  type MachineIdentity,
  MachineRegistryRepository,
  type NumberedConnection,
} from './machine-registry.repository';
export { type LockedMachine, MachineReportsRepository } from './machine-reports.repository';
export { MachineNamesService } from './machine-names.service';
export { addMachineSelection } from './machine-selection';
export { machineInstancesMigration, machineNodesMigration } from './machine-nodes.migration';
export { machinesMigration } from './machines.migration';
export * from './machines.module';
