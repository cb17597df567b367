import type { Session } from '@fleetmend/dashboard-api';
import { ADMINISTRATOR, testServer } from '../../../testing/test-server';
import { Clock } from '../../platform/clock';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { IDLE_LIFE, SessionsService, WHOLE_LIFE } from './sessions.service';

const HOUR = 3_600_000;

describe('the life of a session', () => {
  const server = testServer();
  let sessions: SessionsService;
  let ahead = 0;
  beforeAll(() => {
    const { app } = server.running;
    sessions = app.get(SessionsService, { strict: false });
    app.get(Clock).now = () => new Date(Date.now() + ahead);
  });
  beforeEach(() => {
    ahead = 0;
  });

  async function signedIn(): Promise<string> {
    const { email, password } = ADMINISTRATOR;
    const { secret } = await sessions.signIn(email, password, '127.0.0.1', undefined);
    return `fleetmend_session=${secret}`;
  }

  it('ends when it is not used', async () => {
    const cookie = await signedIn();
    ahead = IDLE_LIFE - 1000;
    expect(await sessions.find(cookie)).not.toBeNull();
    ahead += IDLE_LIFE + 1000;
    expect(await sessions.find(cookie)).toBeNull();
  });

  it('goes on while it is used, but not for ever', async () => {
    const cookie = await signedIn();
    let session: Session | undefined;
    for (; ahead < WHOLE_LIFE - HOUR; ahead += IDLE_LIFE - HOUR) {
      session = await sessions.read(cookie);
    }
    expect(Date.parse(session?.expiresAt ?? '')).toBeLessThan(Date.now() + WHOLE_LIFE);
    ahead = WHOLE_LIFE + 1000;
    await expect(sessions.read(cookie)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is forgotten after its end, and whoever listens is told', async () => {
    await signedIn();
    const told: string[] = [];
    const { app } = server.running;
    const stop = app.get(Events).on('sessions-ended', ({ sessionIds }) => {
      told.push(...sessionIds);
    });
    ahead = 2 * WHOLE_LIFE;
    expect(await app.get(Jobs).runNow('end-idle-sessions')).toBe('ok');
    stop();
    expect(told.length).toBeGreaterThan(0);
    expect(await server.database.query('SELECT 1 FROM sessions')).toEqual([]);
  });
});
