import {
  FETCH_ORDERS,
  fetchOrdersAckSchema,
  ORDERS_WAITING,
  PROTOCOL_VERSION,
} from '@fleetmend/client-protocol';
import { CHANGES, changesSchema, DASHBOARD_NAMESPACE } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { remediation } from '../../../testing/test-fleet';
import { enrolledMachine, type TestMachine } from '../../../testing/test-machine';
import { testNode, testServer } from '../../../testing/test-server';
import { Refused, TestSocket } from '../../../testing/test-socket';
import { ClusterNode } from '../../platform/cluster';
import { Events } from '../../platform/events';
import { ReportsService } from '../reports';
import { ConnectionsService } from './connections.service';
import { KeyGuardService } from './key-guard.service';
import { LostNodes } from './lost-nodes';
import { Presence } from './presence';

const GONE = '00000000-0000-4000-8000-00000000dead';

describe('two servers on one database', () => {
  // No heartbeat comes by itself while the tests last.
  const a = testServer({ nodeLeaseSeconds: 1_200 });

  describe('each with sockets of its own', () => {
    const b = testNode(a);
    const both = [a, b];
    let machine: TestMachine;

    beforeAll(async () => {
      machine = await enrolledMachine(a);
      for (const { running } of both) {
        const node = running.app.get(ClusterNode);
        while (!node.hasOthers) await node.beat();
      }
    });

    /** What the database says, once both have written everything. */
    async function presence(id = machine.id) {
      for (const { running } of both) await running.app.get(Presence).settled();
      const [row] = await a.database.query<{ online: boolean; node: string; seen: Date }>(
        `SELECT online, connection_node AS node, last_seen_at AS seen FROM machines WHERE id = $1`,
        [id],
      );
      return row!;
    }

    async function until(done: () => boolean | Promise<boolean>): Promise<void> {
      while (!(await done())) await new Promise((resolve) => setImmediate(resolve));
    }

    const connectionsOf = (server: typeof a) => server.running.app.get(ConnectionsService);
    const nodeOf = (server: typeof a) => server.running.app.get(ClusterNode).id;

    it('bring an order that was made at one to the machine that is connected to the other', async () => {
      const socket = await machine.connect(undefined, b);
      await presence();
      const administrator = await a.sharedAdministrator();
      const { status } = await administrator.post('/remediations', remediation([machine.id]));
      expect(status).toBe(201);
      await socket.next(ORDERS_WAITING);
      const answer = fetchOrdersAckSchema.parse(await socket.ask(FETCH_ORDERS, {}));
      expect(answer.ok && answer.orders).toHaveLength(1);
      await socket.close();
    });

    it('tell the dashboards of both what was changed at one', async () => {
      const watching = await b.administrator();
      const cookie = watching.cookie ?? '';
      const socket = await TestSocket.connect(b.address, DASHBOARD_NAMESPACE, {}, { cookie });
      const acting = await a.administrator();
      const token = { label: 'T', expiresInHours: 1, maximumUses: 1 };
      expect((await acting.post('/enrolment-tokens', token)).status).toBe(201);
      const lists = new Set<string>();
      while (!lists.has('enrolment-tokens')) {
        for (const list of changesSchema.parse(await socket.next(CHANGES)).lists) lists.add(list);
      }
      await socket.close();
    });

    it('close the dashboards of a session that ended at the other', async () => {
      const browser = await a.administrator();
      const cookie = browser.cookie ?? '';
      const socket = await TestSocket.connect(b.address, DASHBOARD_NAMESPACE, {}, { cookie });
      await browser.delete('/session');
      await socket.closed;
    });

    it('know a machine where it is, and pass over the late goodbye of where it was', async () => {
      const first = await machine.connect(undefined, a);
      expect(await presence()).toMatchObject({ online: true, node: nodeOf(a) });
      const second = await machine.connect(undefined, b);
      // The first server closes what is over, and says goodbye when the machine has long been elsewhere.
      await first.closed;
      await until(() => connectionsOf(a).count === 0);
      expect(await presence()).toMatchObject({ online: true, node: nodeOf(b) });
      expect(connectionsOf(b).count).toBe(1);
      await second.close();
      await until(() => connectionsOf(b).count === 0);
      expect((await presence()).online).toBe(false);
    });

    it('take a proof once', async () => {
      const auth = {
        ...{ protocol: PROTOCOL_VERSION, clientVersion: '0.1.0' },
        proof: await machine.proof(),
      };
      const socket = await machine.connect(auth, a);
      const again = machine.connect(auth, b);
      await expect(again).rejects.toThrow(new Refused('replayed-proof', undefined));
      await socket.close();
    });

    it('find two computers that take turns with one key, each at its server', async () => {
      const copied = await enrolledMachine(a);
      const instances = [randomUUID(), randomUUID()];
      let refused: string | undefined;
      for (let turn = 0; refused === undefined; turn = 1 - turn) {
        const instanceId = instances[turn]!;
        await copied.connectFrom(copied.hints, instanceId, both[turn]).catch((error: unknown) => {
          expect(error).toEqual(new Refused('cloned-key', undefined));
          refused = instanceId;
        });
        await presence(copied.id);
      }
      // Whichever it asks for a key of its own.
      for (const { running } of both) {
        const keys = running.app.get(KeyGuardService);
        await until(() => keys.isKnownCopy(copied.id, refused ?? ''));
      }
    });

    it('count a report once, whichever of them takes it, and both at the same time', async () => {
      const reporting = [
        await enrolledMachine(a),
        await enrolledMachine(a),
        await enrolledMachine(a),
      ];
      const at = new Date(Date.now() - 60_000).toISOString();
      const failure = (index: number) => ({
        ...{ id: randomUUID(), createdAt: at, occurredAt: at, kind: 'failure', code: '0x80070002' },
        ...{ phase: 'download', updateKind: 'windows', updateSource: 'wsus' },
        update: { kb: `KB50${10_000 + (index % 5)}` },
        evidence: [{ source: 'reporting-events', record: `${index}` }],
      });
      const messages = Array.from({ length: 60 }, (_, index) => {
        const reports = Array.from({ length: 10 }, (__, each) => failure(10 * index + each));
        return { machineId: reporting[index % 3]!.id, reports };
      });
      // Each is sent to both, as by a client that lost its connection before the acknowledgement.
      const answers = await Promise.all(
        both.flatMap(({ running }, own) =>
          (own === 0 ? messages : messages.toReversed()).map(({ machineId, reports }) =>
            running.app.get(ReportsService).submit(machineId, reports),
          ),
        ),
      );
      for (const answer of answers) expect(answer).toMatchObject({ ok: true, rejected: [] });
      const [counted] = await a.database.query<{ count: number }>(
        `SELECT sum(occurrences)::int AS count FROM machine_fingerprints WHERE machine_id = ANY ($1)`,
        [reporting.map(({ id }) => id)],
      );
      expect(counted?.count).toBe(600);
    });

    it('close the connection of a machine that was retired at the other', async () => {
      const retired = await enrolledMachine(a);
      const socket = await retired.connect(undefined, b);
      await presence(retired.id);
      const administrator = await a.sharedAdministrator();
      expect((await administrator.delete(`/machines/${retired.id}`)).status).toBe(204);
      await socket.closed;
    });

    describe('and one more that was killed', () => {
      beforeEach(async () => {
        await a.database.query(
          `INSERT INTO server_nodes (id, name, version, started_at, heartbeat_at)
           VALUES ('${GONE}', 'killed', '1', now(), now() - interval '1 hour')`,
        );
      });

      it('mark its machines as offline, seen last when it was, and no others', async () => {
        const lost = await enrolledMachine(a);
        await a.database.query(
          `UPDATE machines SET online = true, connection_node = '${GONE}', connection_number = 7
            WHERE id = $1`,
          [lost.id],
        );
        const stays = await machine.connect(undefined, b);
        await presence();
        // A younger server than a lease judges nobody.
        await a.running.app.get(LostNodes).clear();
        expect((await presence(lost.id)).online).toBe(true);
        const node = a.running.app.get(ClusterNode);
        Object.assign(node, { steadySince: -10_000_000 });
        await node.beat();
        await until(async () => !(await presence(lost.id)).online);
        const { seen } = await presence(lost.id);
        expect(Date.now() - seen.getTime()).toBeGreaterThan(3_500_000);
        expect((await presence()).online).toBe(true);
        expect(await a.database.query(`SELECT 1 FROM server_nodes WHERE id = '${GONE}'`)).toEqual(
          [],
        );
        await stays.close();
      });
    });

    it('say anew who is connected when they were taken for gone, and close what is over', async () => {
      const [stays, moves] = [await enrolledMachine(a), await enrolledMachine(a)];
      const staying = await stays.connect(undefined, b);
      const moving = await moves.connect(undefined, b);
      await presence();
      // As if another server had cleared this one away, and one of its machines had gone elsewhere unheard.
      await a.database.query('DELETE FROM server_nodes WHERE id = $1', [nodeOf(b)]);
      await a.database.query(
        `UPDATE machines SET online = (id = $1), connection_number = connection_number + (id = $1)::int,
                connection_node = $2 WHERE id IN ($1, $3)`,
        [moves.id, nodeOf(a), stays.id],
      );
      await b.running.app.get(ClusterNode).beat();
      await moving.closed;
      await staying.next(ORDERS_WAITING);
      expect(await presence(stays.id)).toMatchObject({ online: true, node: nodeOf(b) });
      expect(await presence(moves.id)).toMatchObject({ online: true, node: nodeOf(a) });
      await staying.close();
    });

    it('tell dashboards to load everything when something may have been missed', async () => {
      const browser = await b.administrator();
      const cookie = browser.cookie ?? '';
      const socket = await TestSocket.connect(b.address, DASHBOARD_NAMESPACE, {}, { cookie });
      const told = async () => changesSchema.parse(await socket.next(CHANGES));
      // What is still told of the tests before ends with this.
      const id = randomUUID();
      b.running.app.get(Events).tellHere('machines-changed', { machineIds: [id] });
      while (!(await told()).machines.includes(id));
      await a.database.query(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN server_nodes n ON n.number = l.objid
          WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND n.id = $1`,
        [nodeOf(b)],
      );
      while (!(await told()).truncated);
      await socket.close();
    });
  });
});
