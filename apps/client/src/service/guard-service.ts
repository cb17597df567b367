import { Bridge } from '../windows/native/bridge';
import { NativeServices } from '../windows/native/native-services';
import { ServiceManager } from '../windows/native/service-manager';
import { ServiceRegistration } from './service-registration';

/** The service that is there while an update of the client goes on, and only then. */
export const GUARD_NAME = 'FleetMendUpdate';
/** The command by which the service control manager starts it. */
export const GUARD_COMMAND = 'guard-update';

/** It must be there again soon: nobody else brings the old client back. */
const RESTART_AFTER_MS = [5_000, 5_000, 60_000] as const;

/** Whether Windows has the service. */
export async function guardExists(): Promise<boolean> {
  return (await new NativeServices(Bridge.open()).query(GUARD_NAME)) !== undefined;
}

/**
 * Makes the service of `executable`, or of a service that is there the same, and starts it. It starts with Windows, so
 * that an update that a power cut has interrupted goes on.
 */
export async function startGuard(executable: string): Promise<void> {
  const bridge = Bridge.open();
  await new ServiceRegistration(new ServiceManager(bridge)).register({
    name: GUARD_NAME,
    displayName: 'FleetMend Client Update',
    description: 'Replaces the FleetMend Client, and brings the old one back if the new one fails.',
    imagePath: `"${executable}" ${GUARD_COMMAND}`,
    restartAfterMs: RESTART_AFTER_MS,
  });
  await new NativeServices(bridge).requestStart(GUARD_NAME);
}

/** Removes the service; a running one is gone when it ends. */
export async function removeGuard(): Promise<void> {
  await new ServiceRegistration(new ServiceManager(Bridge.open())).remove(GUARD_NAME);
}
