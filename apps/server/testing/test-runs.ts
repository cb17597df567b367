import {
  FETCH_ORDERS,
  ORDER_TYPE,
  type OrderClaims,
  orderClaimsSchema,
} from '@fleetmend/client-protocol';
import type { UpdateIdentity } from '@fleetmend/domain';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { RemediationsService } from '../src/features/runs/remediations.service';
import { RunsService } from '../src/features/runs/runs.service';
import { OPERATOR, remediation, runEvent, type TestFleet } from './test-fleet';

/** Machines that failed, runs against it, and runs that ended, on the fleet of a spec. */
export function testRuns(fleet: TestFleet) {
  const remediations = () => fleet.get(RemediationsService);
  const runs = () => fleet.get(RunsService);

  /** The orders of a machine, read but not verified: the client's tests do that. */
  async function orders(machineId: string): Promise<OrderClaims[]> {
    const answer = await runs().ordersFor(machineId);
    if (!answer.ok) throw new Error(`${FETCH_ORDERS} was refused: ${answer.code}`);
    return answer.orders.map((order) => {
      expect(decodeProtectedHeader(order)).toEqual({ alg: 'EdDSA', typ: ORDER_TYPE });
      return orderClaimsSchema.parse(decodeJwt(order));
    });
  }

  async function fingerprintOf(machineId: string): Promise<string> {
    const [row] = await fleet.database.query<{ id: string }>(
      'SELECT fingerprint_id AS id FROM machine_fingerprints WHERE machine_id = $1',
      [machineId],
    );
    return row?.id ?? '';
  }

  /** A machine with a failure that the reset is documented for, and a run against it. */
  async function failing(update?: UpdateIdentity) {
    const machineId = await fleet.machine();
    await fleet.report(machineId, fleet.failure(-30, update && { update }));
    const fingerprintId = await fingerprintOf(machineId);
    return { machineId, fingerprintId };
  }
  async function pushed(update?: UpdateIdentity) {
    const { machineId, fingerprintId } = await failing(update);
    const { id } = await remediations().create(
      remediation([machineId], { fingerprintId }),
      OPERATOR,
    );
    const { items } = await runs().page({ remediationId: id, state: 'all', limit: 10 });
    const runId = items[0]?.id ?? '';
    return { machineId, fingerprintId, remediationId: id, runId };
  }
  async function ended(verdict: string, update?: UpdateIdentity) {
    const run = await pushed(update);
    await orders(run.machineId);
    await fleet.report(
      run.machineId,
      runEvent(run.runId, 0, { event: 'step', stepId: 'rename', section: 'acting', state: 'done' }),
      runEvent(run.runId, 1, { event: 'verdict', verdict, level: 'L1' }),
    );
    return run;
  }
  const verdictOf = async (runId: string) => {
    const { verdict, level } = await runs().find(runId);
    return [verdict, level];
  };
  return { remediations, runs, orders, fingerprintOf, failing, pushed, ended, verdictOf };
}
