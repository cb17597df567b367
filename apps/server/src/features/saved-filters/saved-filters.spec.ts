import { type AuditEntry, type SavedFilter, savedFilterListSchema } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { type Answer, type Browser, testServer } from '../../../testing/test-server';
import { SavedFiltersService } from './saved-filters.service';

describe('saved filters', () => {
  const server = testServer();
  const password = 'a good password';
  const browsers: Record<'administrator' | 'ann' | 'bob' | 'viewer', Browser> = {} as never;

  beforeAll(async () => {
    const administrator = (browsers.administrator = await server.sharedAdministrator());
    for (const name of ['ann', 'bob', 'viewer'] as const) {
      const email = `${name}@example.org`;
      const role = name === 'viewer' ? 'viewer' : 'operator';
      await administrator.post('/users', { email, name, role, password });
      browsers[name] = server.browser();
      await browsers[name].signIn({ email, password });
    }
  });

  const filter = { failing: true, tag: ['vip'], site: 'Berlin' };
  const save = (who: Browser, name: string, more: object = {}) =>
    who.post('/saved-filters', { name, filter, ...more });
  const saved = async (who: Browser, name: string, more: object = {}) => {
    const answer = await save(who, name, more);
    expect(answer.status).toBe(201);
    return answer.body as SavedFilter;
  };
  const put = (who: Browser, { id }: SavedFilter, body: object): Promise<Answer> =>
    who.request('PUT', `/api/v1/saved-filters/${id}`, body);
  const seen = async (who: Browser) =>
    savedFilterListSchema.parse((await who.get('/saved-filters')).body).items;
  const names = async (who: Browser) => (await seen(who)).map(({ name }) => name);

  afterEach(() => server.database.query('DELETE FROM saved_filters'));

  it('are one’s own, or everybody’s when they are shared', async () => {
    const { ann, bob, viewer } = browsers;
    await saved(ann, 'mine');
    await saved(ann, 'Everybody', { shared: true });
    await saved(bob, 'his');
    expect(await names(ann)).toEqual(['Everybody', 'mine']);
    expect(await names(bob)).toEqual(['Everybody', 'his']);
    expect(await names(viewer)).toEqual(['Everybody']);
    expect((await seen(bob))[0]).toMatchObject({
      ...{ filter, shared: true, owner: 'ann@example.org', canChange: false },
    });
    expect((await save(viewer, 'x')).status).toBe(403);
  });

  it('are changed by their owner, shared ones by administrators too', async () => {
    const { administrator, ann, bob } = browsers;
    const mine = await saved(ann, 'mine');
    const shared = await saved(ann, 'shared', { shared: true });
    const other = { name: 'other', filter: {}, shared: true };
    expect(await put(bob, mine, other)).toMatchObject({ status: 404 });
    expect(await put(administrator, mine, other)).toMatchObject({ status: 404 });
    expect(await put(bob, shared, other)).toMatchObject({ status: 403 });
    expect((await bob.delete(`/saved-filters/${shared.id}`)).status).toBe(403);
    expect(await put(administrator, shared, other)).toMatchObject({
      ...{ status: 200, body: { ...other, owner: 'ann@example.org' } },
    });
    expect((await ann.delete(`/saved-filters/${mine.id}`)).status).toBe(204);
    expect(await names(ann)).toEqual(['other']);
  });

  it('have a name that is theirs alone, in any case', async () => {
    const { ann, bob } = browsers;
    await saved(ann, 'Twice');
    await saved(bob, 'twice');
    await saved(bob, 'TWICE', { shared: true });
    expect(await save(ann, 'TWICE')).toMatchObject({ status: 409, body: { code: 'name-taken' } });
    expect(await save(ann, 'twice', { shared: true })).toMatchObject({ status: 409 });
    const free = await saved(ann, 'free');
    expect(await put(ann, free, { name: 'twice', filter })).toMatchObject({ status: 409 });
  });

  it.each([
    [{ filter: { sites: 'Berlin' } }],
    [{ filter: { tag: ['%'] } }],
    [{ filter: undefined }],
    [{ name: ' ' }],
    [{ owner: 'x' }],
  ])('can’t be saved broken: %j', async (broken) => {
    expect(await save(browsers.ann, 'broken', broken)).toMatchObject({
      ...{ status: 400, body: { code: 'invalid-request' } },
    });
  });

  it('are written down', async () => {
    const { administrator, ann } = browsers;
    const mine = await saved(ann, 'audited');
    await put(ann, mine, { name: 'renamed', filter });
    await ann.delete(`/saved-filters/${mine.id}`);
    const { body } = await administrator.get(`/audit?subjectId=${mine.id}`);
    expect((body as { items: AuditEntry[] }).items).toMatchObject([
      { action: 'saved-filter.deleted', actor: 'ann@example.org', before: { name: 'renamed' } },
      { action: 'saved-filter.changed', before: { name: 'audited' }, after: { name: 'renamed' } },
      { action: 'saved-filter.created', after: { name: 'audited', filter, shared: false } },
    ]);
  });

  it('that hold what this server doesn’t know choose nothing, rather than too much', async () => {
    const service = server.running.app.get(SavedFiltersService);
    const read = (id: string, userId: string) => service.filterOf(server.database, id, userId);
    const [ann] = await server.database.query<{ id: string }>(
      `SELECT id FROM users WHERE email = 'ann@example.org'`,
    );
    const { id } = await saved(browsers.ann, 'newer');
    expect(await read(id, ann!.id)).toEqual(filter);
    await expect(read(id, randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    await server.database.query(`UPDATE saved_filters SET filter = '{"planet": "Mars"}'`);
    await expect(read(id, ann!.id)).rejects.toMatchObject({ code: 'conflict' });
  });
});
