import { jest } from '@jest/globals';
import { CHANGES, changesSchema, DASHBOARD_NAMESPACE } from '@fleetmend/dashboard-api';
import { type Browser, testServer } from '../../../testing/test-server';
import { TestSocket } from '../../../testing/test-socket';
import { randomUUID } from 'node:crypto';
import { Events } from '../../platform/events';
import { SessionsService } from '../users';

describe('the live connection of dashboards', () => {
  const server = testServer();

  function connect(browser: Browser, headers = {}): Promise<TestSocket> {
    const cookie = browser.cookie ?? '';
    return TestSocket.connect(server.address, DASHBOARD_NAMESPACE, {}, { cookie, ...headers });
  }

  it('needs a session', async () => {
    await expect(connect(server.browser())).rejects.toThrow('unauthenticated');
    const forged = server.browser();
    forged.cookie = `fleetmend_session=${'A'.repeat(43)}`;
    await expect(connect(forged)).rejects.toThrow('unauthenticated');
  });

  it('is not for other sites, even with the cookie', async () => {
    const browser = await server.administrator();
    const connecting = connect(browser, { origin: 'https://evil.example' });
    await expect(connecting).rejects.toThrow('cross-site-request');
  });

  it('refuses namespaces that do not exist', async () => {
    const connecting = TestSocket.connect(server.address, '/nothing', {});
    await expect(connecting).rejects.toThrow('Invalid namespace');
  });

  it('tells everyone what one of them changed, many changes in one message', async () => {
    const acting = await server.administrator();
    const watching = await connect(await server.administrator());
    const events = server.running.app.get(Events);
    const ids = Array.from({ length: 40 }, () => randomUUID());
    for (const id of ids) events.tellNow('machines-changed', { machineIds: [id] });
    const token = { label: 'T', expiresInHours: 1, maximumUses: 1 };
    expect((await acting.post('/enrolment-tokens', token)).status).toBe(201);
    const lists = new Set<string>();
    const machines = new Set<string>();
    while (!lists.has('enrolment-tokens') || machines.size < ids.length) {
      const changes = changesSchema.parse(await watching.next(CHANGES));
      for (const list of changes.lists) lists.add(list);
      for (const id of changes.machines) machines.add(id);
    }
    expect(lists).toEqual(new Set(['enrolment-tokens', 'audit']));
    expect([...machines]).toEqual(ids);
    await watching.close();
  });

  it('ends with the session', async () => {
    const browser = await server.administrator();
    const stays = await connect(await server.administrator());
    const socket = await connect(browser);
    await browser.delete('/session');
    await socket.closed;
    await expect(connect(browser)).rejects.toThrow('unauthenticated');
    await stays.close();
  });

  it('sends a dashboard away while the database is, and goes on', async () => {
    const sessions = server.running.app.get(SessionsService);
    const away = jest.spyOn(sessions, 'isLive').mockRejectedValueOnce(new Error('away'));
    const browser = await server.administrator();
    const socket = await connect(browser);
    await socket.closed;
    away.mockRestore();
    await (await connect(browser)).close();
  });
});
