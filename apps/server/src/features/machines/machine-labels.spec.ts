import { type LabelsRequest, MOST_NAMES } from '@fleetmend/dashboard-api';
import { inventory, OPERATOR, testFleet } from '../../../testing/test-fleet';
import { MachineLabelsService } from './machine-labels.service';
import { MachineNamesService } from './machine-names.service';
import { MachinesService } from './machines.service';

describe('labels of machines', () => {
  const fleet = testFleet();
  const labels = () => fleet.get(MachineLabelsService);
  const machines = () => fleet.get(MachinesService);
  const change = (machineIds: string[], what: Omit<LabelsRequest, 'selection'>) =>
    labels().change({ selection: { type: 'machines', machineIds }, ...what }, OPERATOR);
  const names = async (filter: object) =>
    (await machines().page({ sort: 'hostname', limit: 50, ...filter })).items.map(
      ({ hostname }) => hostname,
    );
  const audited = () =>
    fleet.database.query(
      `SELECT subject_id AS "subjectId", summary, before, after FROM audit_entries
        WHERE action = 'machine.labelled' ORDER BY id DESC`,
    );

  it('are changed together, and written down with counts before and after', async () => {
    const ids = [await fleet.machine('both-1'), await fleet.machine('both-2')];
    expect(await change([ids[0]!], { addTags: ['old'], site: 'Berlin' })).toEqual({
      ...{ machines: 1, changed: 1 },
    });
    fleet.told = {};
    expect(
      await change(ids, { addTags: ['vip', 'ring:1'], removeTags: ['old'], site: 'Hamburg' }),
    ).toEqual({ machines: 2, changed: 2 });
    for (const id of ids) {
      expect(await machines().find(id)).toMatchObject({ site: 'Hamburg', tags: ['ring:1', 'vip'] });
    }
    expect(fleet.told['machines-changed']).toHaveLength(1);
    expect(new Set(fleet.told['machines-changed']![0]!.machineIds)).toEqual(new Set(ids));
    expect((await audited())[0]).toMatchObject({
      subjectId: null,
      summary: 'Labelled 2 machines: added vip, ring:1; removed old; site Hamburg.',
      before: { sites: { Berlin: 1 }, tags: { old: 1, vip: 0, 'ring:1': 0 } },
      after: { sites: { Hamburg: 2 }, tags: { old: 0, vip: 2, 'ring:1': 2 }, machines: 2 },
    });
    expect((await audited())[1]).toMatchObject({ subjectId: ids[0] });
  });

  it('that are so already change nothing, and nothing is written down', async () => {
    const id = await fleet.machine('same');
    await change([id], { addTags: ['a'], site: 'Kiel' });
    const before = await audited();
    fleet.told = {};
    expect(await change([id], { addTags: ['a'], removeTags: ['b'], site: 'Kiel' })).toEqual({
      ...{ machines: 1, changed: 0 },
    });
    expect(await audited()).toHaveLength(before.length);
    expect(fleet.told['machines-changed']).toBeUndefined();
  });

  it('reach all that match but for the exceptions, and no retired machine', async () => {
    const ids = [];
    for (const name of ['match-1', 'match-2', 'match-3']) ids.push(await fleet.machine(name));
    await machines().retire(ids[1]!, OPERATOR);
    const filter = { search: 'match-' };
    const selection = { type: 'matching' as const, filter, except: [ids[2]!] };
    expect(await labels().change({ selection, addTags: ['hit'] }, OPERATOR)).toEqual({
      ...{ machines: 1, changed: 1 },
    });
    expect(await names({ tag: ['hit'] })).toEqual(['match-1']);
    expect((await change(ids, { addTags: ['hit'] })).machines).toBe(2);
  });

  it('are no more than fifty: nothing is changed where one machine would have more', async () => {
    const [full, free] = [await fleet.machine('full'), await fleet.machine('free')];
    await change([full], { addTags: Array.from({ length: 49 }, (_, index) => `t${index}`) });
    await expect(change([free, full], { addTags: ['x', 'y'], site: 'Z' })).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'A machine can have 50 tags; full would have more.',
    });
    expect(await machines().find(free)).toMatchObject({ site: null, tags: [] });
    // What goes makes room for what comes.
    await change([full], { addTags: ['x', 'y'], removeTags: ['t0'] });
    expect((await machines().find(full)).tags).toHaveLength(50);
  });

  it('show a site as it was first written, and let all of it be renamed', async () => {
    const ids = [await fleet.machine('site-1'), await fleet.machine('site-2')];
    await change([ids[0]!], { site: 'Köln' });
    await change([ids[1]!], { site: 'KÖLN' });
    expect((await machines().find(ids[1]!)).site).toBe('Köln');
    expect(await names({ site: 'köln' })).toEqual(['site-1', 'site-2']);
    expect(await change(ids, { site: 'KÖLN' })).toMatchObject({ changed: 2 });
    expect((await machines().find(ids[0]!)).site).toBe('KÖLN');
    await change([ids[0]!], { site: null });
    expect((await machines().find(ids[0]!)).site).toBeNull();
    expect(await names({ search: 'site-', withoutSite: true })).toEqual(['site-1']);
    expect(await names({ search: 'site-', withoutSite: false })).toEqual(['site-2']);
  });

  it('of two who name a new site at once are written one way', async () => {
    const ids = [await fleet.machine('race-1'), await fleet.machine('race-2')];
    await Promise.all([change([ids[0]!], { site: 'Bonn' }), change([ids[1]!], { site: 'BONN' })]);
    const sites = await Promise.all(ids.map(async (id) => (await machines().find(id)).site));
    expect(new Set(sites).size).toBe(1);
  });

  it('and models are what filters find, all tags together, and offer', async () => {
    const build = async (name: string, model: string | undefined) => {
      const id = await fleet.machine(name);
      const told = inventory(name)['inventory'] as object;
      const hardware = { manufacturer: 'LENOVO', model };
      await fleet.report(id, { kind: 'inventory', inventory: { ...told, hardware } });
      return id;
    };
    const a = await build('facet-a', ' X1 ');
    const b = await build('facet-b', 'X1');
    const c = await build('facet-c', undefined);
    await change([a, b], { addTags: ['f1'] });
    await change([b, c], { addTags: ['f2'], site: 'Facetown' });
    expect(await machines().find(a)).toMatchObject({ manufacturer: 'LENOVO', model: 'X1' });
    expect(await machines().find(c)).toMatchObject({ manufacturer: 'LENOVO', model: null });
    expect(await names({ model: 'X1' })).toEqual(['facet-a', 'facet-b']);
    expect(await names({ tag: ['f1'] })).toEqual(['facet-a', 'facet-b']);
    expect(await names({ tag: ['f1', 'f2'] })).toEqual(['facet-b']);
    expect(await names({ tag: ['f2'], site: 'facetown' })).toEqual(['facet-b', 'facet-c']);
    expect(await names({ tag: ['f1', 'nobody'] })).toEqual([]);
    const facets = await machines().facets();
    expect(facets.models).toEqual([{ name: 'X1', machines: 2 }]);
    expect(facets.sites).toContainEqual({ name: 'Facetown', machines: 2 });
    expect(facets.tags).toEqual(expect.arrayContaining([{ name: 'f2', machines: 2 }]));
    await machines().retire(c, OPERATOR);
    expect((await machines().facets()).tags).toContainEqual({ name: 'f2', machines: 1 });
  });
});

describe('a list of names', () => {
  const fleet = testFleet();
  const resolve = (text: string) => fleet.get(MachineNamesService).resolve(text);
  const joined = async (hostname: string, domain: string | undefined) => {
    const id = await fleet.machine(hostname);
    const told = inventory(hostname)['inventory'] as object;
    await fleet.report(id, { kind: 'inventory', inventory: { ...told, domain } });
    return id;
  };

  it('finds machines by name and domain, and says what it can’t', async () => {
    const corp = await joined('PC-1', 'corp.local');
    const lab = await joined('pc-1', 'lab.local');
    const alone = await joined('PC-2', undefined);
    const whole = await joined('srv.dmz.local', 'dmz.local');
    const gone = await fleet.machine('pc-3');
    await fleet.get(MachinesService).retire(gone, OPERATOR);
    const list = [
      ...['\ufeffpc-1', 'pc-1.corp.local', '"LAB\\PC-1"', 'pc-1.other.local'],
      ...['pc-2.corp.local', 'pc-2', 'srv.dmz.local', 'pc-3', "pc-1' OR 1=1 --"],
    ];
    const answer = await resolve(list.join('\r\n'));
    expect(answer.names).toEqual([
      { name: 'pc-1', result: 'ambiguous', machineIds: [corp, lab].sort() },
      { name: 'pc-1.corp.local', result: 'machine', machineId: corp },
      { name: 'LAB\\PC-1', result: 'machine', machineId: lab },
      { name: 'pc-1.other.local', result: 'unknown' },
      { name: 'pc-2.corp.local', result: 'machine', machineId: alone },
      { name: 'pc-2', result: 'machine', machineId: alone },
      { name: 'srv.dmz.local', result: 'machine', machineId: whole },
      { name: 'pc-3', result: 'unknown' },
      { name: "pc-1' OR 1=1 --", result: 'unknown' },
    ]);
    expect(answer).toMatchObject({
      ...{ machineIds: [corp, lab, alone, whole], unknown: 3, ambiguous: 1 },
    });
  });

  it('prefers the machine whose domain is known to fit to one that doesn’t say', async () => {
    const known = await joined('twin', 'corp.local');
    await joined('twin', undefined);
    expect((await resolve('twin.corp.local')).machineIds).toEqual([known]);
    expect((await resolve('twin')).ambiguous).toBe(1);
  });

  it('holds up to ten thousand names, and at least one', async () => {
    const list = Array.from({ length: MOST_NAMES }, (_, index) => `name-${index}`);
    expect((await resolve(list.join('\n'))).unknown).toBe(MOST_NAMES);
    await expect(resolve([...list, 'one-more'].join(','))).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(resolve(' ;\n""')).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
