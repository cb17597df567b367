export { Faults, SimulatedCrash, type SimulatedOperation } from './faults';
export { hostPath } from './simulated-directories';
export { type SimulatedService } from './simulated-services';
export { type SimulatedEvent } from './simulated-event-log';
export {
  type SimulatedUpdateAgent,
  type SimulatedWindows,
  type SimulatedWindowsOptions,
  simulatedWindows,
} from './simulated-windows';
