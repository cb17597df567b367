import { type Inventory } from '@fleetmend/client-protocol';
import { type Registry } from '../windows/windows';
import { textOf } from './reading';

const PARAMETERS = 'SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters';

/** Where Windows takes the time from. Rejects where the registry refuses. */
export async function timeSourceOf(registry: Registry): Promise<Inventory['timeSource']> {
  const type = await textOf(registry, PARAMETERS, 'Type', 50);
  const servers = await textOf(registry, PARAMETERS, 'NtpServer', 500);
  return type === undefined && servers === undefined ? undefined : { type, servers };
}
