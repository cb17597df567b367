export { Faults, SimulatedCrash, type SimulatedOperation } from './faults';
export { hostPath } from './simulated-directories';
export { type SimulatedService } from './simulated-services';
export {
  type SimulatedEvent,
  type SimulatedUpdateAgent,
  type SimulatedWindows,
  type SimulatedWindowsOptions,
  simulatedWindows,
} from './simulated-windows';
