import type { ChronicStanding, Machine, MachineDetail } from '@fleetmend/dashboard-api';
import { lookUpErrorCode } from '@fleetmend/domain/catalogue';
import type { MachineDetailRow, MachineFailureRow, MachineRow } from './machines.repository';

export function toMachine(row: MachineRow): Machine {
  const { id, hostname, domain, online, osName, osVersion, osFamily, clientVersion } = row;
  const { openFailures, activeRunId, pendingRestart, possibleDuplicates } = row;
  const { manufacturer, model, site, tags } = row;
  const { fingerprintId, code, phase, failedAt } = row;
  return {
    ...{ id, hostname, domain, online, osName, osVersion, osFamily, clientVersion },
    ...{ openFailures, activeRunId, pendingRestart, possibleDuplicates },
    ...{ manufacturer, model, site, tags },
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    enrolledAt: row.enrolledAt.toISOString(),
    retiredAt: row.retiredAt?.toISOString() ?? null,
    newestFailure:
      fingerprintId === null || code === null || phase === null || failedAt === null
        ? null
        : { fingerprintId, code, phase, lastSeenAt: failedAt.toISOString() },
    freeSystemDiskBytes: row.freeSystemDiskBytes === null ? null : Number(row.freeSystemDiskBytes),
  };
}

export function toMachineDetail(
  row: MachineDetailRow,
  failures: readonly MachineFailureRow[],
  chronic: ChronicStanding | null,
): MachineDetail {
  return {
    ...toMachine(row),
    inventory: row.inventory,
    inventoryAt: row.inventoryAt?.toISOString() ?? null,
    keyClonedAt: row.keyClonedAt?.toISOString() ?? null,
    mergedIntoId: row.mergedIntoId,
    chronic,
    fingerprints: failures.map(({ lastSeenAt, state, ...failure }) => {
      const symbol = lookUpErrorCode(failure.code)?.symbol;
      return {
        ...failure,
        symbol: symbol === undefined || symbol === '' ? null : symbol,
        state: state === 'open' ? 'open' : 'closed',
        lastSeenAt: lastSeenAt.toISOString(),
      };
    }),
  };
}
