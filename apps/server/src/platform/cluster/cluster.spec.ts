import { testDatabase } from '../../../testing/test-database';
import { MIGRATIONS } from '../../migrations';
import { Clock } from '../clock';
import { Database } from '../database';
import { Events, type ServerEvents } from '../events';
import { Logger } from '../logging';
import { ClusterEvents } from './cluster-events';
import { ClusterNode } from './cluster-node';

type Heard = [keyof ServerEvents, unknown];

/** A server as far as the cluster sees it: its node, what carries its events, and what was heard there. */
class Server {
  readonly heard: Heard[] = [];
  private changed: () => void = () => undefined;

  private constructor(
    readonly database: Database,
    readonly events: Events,
    readonly node: ClusterNode,
    readonly far: ClusterEvents,
  ) {
    for (const name of [
      'machines-changed',
      'orders-waiting',
      'key-cloned',
      'everything-changed',
      'events-missed',
      'nodes-silent',
    ] as const) {
      events.on(name, (payload) => {
        this.heard.push([name, payload]);
        this.changed();
      });
    }
  }

  static async start(url: string, leaseSeconds = 3600): Promise<Server> {
    const logger = Logger.open('silent');
    const database = await Database.open({
      url,
      migrations: MIGRATIONS,
      poolSize: 3,
      onError: () => undefined,
    });
    const events = new Events(logger);
    const options = { database, clock: new Clock(), events, logger, name: 'test', leaseSeconds };
    const node = await ClusterNode.join(options);
    const far = new ClusterEvents(node, database, events, logger);
    far.onModuleInit();
    return new Server(database, events, node, far);
  }

  stop(): Promise<void> {
    return this.database.close();
  }

  /** Waits until this was heard, and takes it from what was. */
  async hears(name: keyof ServerEvents): Promise<unknown> {
    for (;;) {
      const index = this.heard.findIndex(([each]) => each === name);
      const [found] = index < 0 ? [] : this.heard.splice(index, 1);
      if (found) return found[1];
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
  }

  /** Waits until it knows of so many others. */
  async knows(some: boolean): Promise<void> {
    while (this.node.hasOthers !== some) await this.node.beat();
  }
}

describe('servers on one database', () => {
  const test = testDatabase();
  const started: Server[] = [];

  async function start(leaseSeconds?: number): Promise<Server> {
    const server = await Server.start(test.url, leaseSeconds);
    started.push(server);
    return server;
  }

  /** Two that know each other. */
  async function two(): Promise<[Server, Server]> {
    const [one, other] = [await start(), await start()];
    await one.knows(true);
    return [one, other];
  }

  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
    const rows = await test.database.query('DELETE FROM server_nodes RETURNING id');
    expect(rows).toEqual([]);
  });

  /** Ends the connection on which a server hears. */
  async function cut({ node }: Server): Promise<void> {
    await test.database.query(
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN server_nodes n ON n.number = l.objid
        WHERE l.locktype = 'advisory' AND n.id = $1`,
      [node.id],
    );
  }

  it('hear what one of them told in a transaction that was committed, and only then', async () => {
    const [one, other] = await two();
    const failed = one.database.inTransaction((transaction) => {
      one.events.tell(transaction, 'orders-waiting', { machineIds: ['never'] });
      return Promise.reject(new Error('no'));
    });
    await expect(failed).rejects.toThrow('no');
    const machineIds = Array.from({ length: 1_000 }, () => crypto.randomUUID());
    await one.database.inTransaction((transaction) => {
      one.events.tell(transaction, 'orders-waiting', { machineIds });
      one.events.tell(transaction, 'machines-changed', { machineIds: ['a'] });
      return Promise.resolve();
    });
    one.events.tellNow('key-cloned', { machineId: 'a' });
    await one.far.settled();
    expect(await other.hears('machines-changed')).toEqual({ machineIds: ['a'] });
    const told: string[] = [];
    for (const [name, payload] of other.heard) {
      expect(name).toBe('orders-waiting');
      told.push(...(payload as ServerEvents['orders-waiting']).machineIds);
    }
    expect(told).toEqual(machineIds);
    expect(one.heard).toEqual([
      ['orders-waiting', { machineIds }],
      ['machines-changed', { machineIds: ['a'] }],
      ['key-cloned', { machineId: 'a' }],
    ]);
  });

  it('send nothing while one is alone, and begin when another comes', async () => {
    const one = await start();
    const sent: string[] = [];
    const query = one.database.query.bind(one.database);
    one.database.query = (sql, parameters) => {
      sent.push(sql);
      return query(sql, parameters);
    };
    one.events.tellNow('machines-changed', { machineIds: ['a'] });
    one.events.tellNow('orders-waiting', { machineIds: ['a'] });
    await one.far.settled();
    expect(sent).toEqual([]);
    const other = await start();
    await one.knows(true);
    one.events.tellNow('orders-waiting', { machineIds: ['b'] });
    expect(await other.hears('orders-waiting')).toEqual({ machineIds: ['b'] });
    await other.stop();
    await one.knows(false);
    expect(await one.hears('everything-changed')).toEqual({});
  });

  it('catch up once more when one that has just come is known to all', async () => {
    const [one, other] = await two();
    await other.node.beat();
    expect(other.heard).toEqual([]);
    await other.node.beat();
    expect(await other.hears('events-missed')).toEqual({});
    expect(one.heard).toEqual([]);
  });

  it('say so when they may have missed something, and hear again', async () => {
    const [one, other] = await two();
    await cut(other);
    await other.hears('events-missed');
    one.events.tellNow('orders-waiting', { machineIds: ['a'] });
    expect(await other.hears('orders-waiting')).toEqual({ machineIds: ['a'] });
  });

  it('say so when a pooler keeps notifications from them', async () => {
    for (const deaf of [false, true]) {
      const lines: string[] = [];
      const logger = Logger.open('error', { write: (line) => lines.push(line) });
      const database = await Database.open({
        url: test.url,
        migrations: MIGRATIONS,
        poolSize: 2,
        onError: () => undefined,
      });
      const listener = database.listener.bind(database);
      database.listener = (options) =>
        listener({ ...options, heard: deaf ? () => undefined : options.heard });
      const events = new Events(logger);
      const options = { database, clock: new Clock(), events, logger, name: 'x', leaseSeconds: 60 };
      const node = await ClusterNode.join(options);
      await node.beat();
      await node.beat();
      expect(lines).toHaveLength(deaf ? 1 : 0);
      await database.close();
    }
  });

  it('come back when they were taken for gone', async () => {
    const [one, other] = await two();
    await one.database.inTransaction((transaction) =>
      one.node.forget(transaction, [{ id: other.node.id, name: 'x', heartbeatAt: new Date() }]),
    );
    await other.node.beat();
    expect(await other.hears('events-missed')).toEqual({});
    await one.knows(true);
  });

  it('tell that everything changed when the changes themselves could not be told', async () => {
    const [one, other] = await two();
    const query = one.database.query.bind(one.database);
    one.database.query = () => Promise.reject(new Error('away'));
    one.events.tellNow('machines-changed', { machineIds: ['a'] });
    await one.far.settled();
    one.database.query = query;
    await one.far.settled();
    expect(await other.hears('everything-changed')).toEqual({});
  });

  describe('take another one for gone', () => {
    const gone = (server: Server) =>
      test.database.inTransaction(async (transaction) => {
        return (await server.node.lost(transaction)).map(({ id }) => id);
      });
    const silence = (server: Server) =>
      test.database.query(
        `UPDATE server_nodes SET heartbeat_at = heartbeat_at - interval '1 day' WHERE id = $1`,
        [server.node.id],
      );

    it('when its lease has run out, but not after a gap of their own', async () => {
      const one = await start(2);
      const other = await start();
      await one.knows(true);
      await silence(other);
      expect(await gone(one)).toEqual([]);
      expect(await one.hears('nodes-silent')).toEqual({});
      // A lease without a gap later.
      let ids: string[] = [];
      while (ids.length === 0) {
        await one.node.beat();
        ids = await gone(one);
      }
      expect(ids).toEqual([other.node.id]);
      one.heard.splice(0);
      await cut(one);
      await one.hears('events-missed');
      expect(await gone(one)).toEqual([]);
    });

    it('at their start, when its connection is over', async () => {
      const [one, other] = await two();
      const before = () =>
        test.database.inTransaction(async (transaction) => {
          return (await one.node.lostBeforeStart(transaction)).map(({ id }) => id);
        });
      expect(await before()).toEqual([]);
      await test.database.query(
        `INSERT INTO server_nodes (id, name, version, started_at, heartbeat_at)
         VALUES ('00000000-0000-4000-8000-000000000009', 'killed', '1', now(), now())`,
      );
      expect(await before()).toEqual(['00000000-0000-4000-8000-000000000009']);
      await test.database.query(`DELETE FROM server_nodes WHERE name = 'killed'`);
      expect(other.heard).toEqual([]);
    });
  });
});
