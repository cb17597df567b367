import { type Inventory } from '@fleetmend/client-protocol';
import { type Services } from '../windows/windows';

/** What updates need, and who may take updates over: Configuration Manager's agent. */
const TOLD = [
  ...['wuauserv', 'bits', 'dosvc', 'usosvc', 'cryptsvc', 'appidsvc', 'msiserver'],
  ...['trustedinstaller', 'waasmedicsvc', 'w32time', 'ccmexec'],
] as const;

/** State and start type of the services whose state helps triage, as far as they are there. */
export async function servicesOf(services: Services): Promise<Inventory['services']> {
  const found: NonNullable<Inventory['services']> = [];
  let refused = 0;
  for (const name of TOLD) {
    try {
      const status = await services.query(name);
      if (status) found.push({ name, state: status.state, startType: status.startType });
    } catch {
      refused += 1;
    }
  }
  return refused === TOLD.length ? undefined : found;
}
