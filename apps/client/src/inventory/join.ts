import { type Inventory } from '@fleetmend/client-protocol';
import { type Machine, type Registry } from '../windows/windows';
import { maybe, textOf, words } from './reading';

const CLOUD_JOIN = 'SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin';

type Join = NonNullable<Inventory['join']>;

/** Who administers the machine: a domain, Entra ID, both, or nobody. Persons are not told, only the tenant. */
export async function joinOf(
  registry: Registry,
  machine: Pick<Machine, 'membership'>,
): Promise<Join | undefined> {
  const membership = await maybe(() => machine.membership());
  const entra = await maybe(() => entraJoinOf(registry));
  if (membership === undefined && entra === undefined) return undefined;
  return { membership: membership?.kind, name: words(membership?.name, 255), ...entra };
}

/** A joined machine has one key here, named by the thumbprint of its certificate. */
async function entraJoinOf(registry: Registry): Promise<Join> {
  const [joined] = (await registry.subkeys(`${CLOUD_JOIN}\\JoinInfo`)) ?? [];
  if (joined === undefined) return { entraJoined: false };
  const tenantId = await textOf(registry, `${CLOUD_JOIN}\\JoinInfo\\${joined}`, 'TenantId', 100);
  return {
    entraJoined: true,
    entraTenantId: tenantId,
    entraTenantName:
      tenantId &&
      (await textOf(registry, `${CLOUD_JOIN}\\TenantInfo\\${tenantId}`, 'DisplayName', 255)),
  };
}
