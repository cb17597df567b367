import { LabelDialogs } from '../labels/label-dialogs';
import { RemediateDialogs } from '../remediate/remediate-dialogs';
import { sampleMachine } from '../../testing/fleet-samples';
import { OpenedPage, textOf } from '../../testing/opened-page';
import { MachineList } from './machine-list';

const FACETS = {
  osFamilies: [{ name: 'Windows 11 24H2', machines: 3 }],
  sites: [{ name: 'Berlin', machines: 2 }],
  tags: [
    { name: 'vip', machines: 2 },
    { name: 'lab', machines: 1 },
  ],
  models: [{ name: '21HMCTO1WW', machines: 3 }],
};

describe('MachineList', () => {
  const open = jest.fn<Promise<boolean>, [unknown]>();
  const label = jest.fn<Promise<boolean>, [unknown]>();
  const providers = [
    { provide: RemediateDialogs, useValue: { open } },
    { provide: LabelDialogs, useValue: { open: label } },
  ];
  const machines = [sampleMachine(1), sampleMachine(2), sampleMachine(3)];
  const answer = { items: machines, next: 'more', total: 3000 };

  beforeEach(() => {
    jest.useFakeTimers();
    open.mockReset().mockResolvedValue(true);
    label.mockReset().mockResolvedValue(true);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function opened(url = '/machines'): Promise<OpenedPage> {
    const page = await OpenedPage.open(MachineList, 'machines', url, {
      role: 'operator',
      providers,
    });
    await page.answer('/machines/facets', FACETS);
    return page;
  }

  it('asks for what the address says, and shows it', async () => {
    const page = await opened('/machines?failing=true&search=PC&sort=last-seen&online=nonsense');
    const { request } = await page.answer('/machines', answer);
    expect(request.params.toString()).toBe('search=PC&failing=true&sort=last-seen&limit=100');
    expect(page.text).toContain('PC-2');
    expect(page.text).toContain('1 to 3 of 3,000 machines');
  });

  it('asks for machines in a state, and marks those that have little space', async () => {
    const page = await opened('/machines?lowDisk=true&pendingRestart=yes');
    const full = sampleMachine(1, { freeSystemDiskBytes: 1024 ** 3 });
    const silent = sampleMachine(2, { freeSystemDiskBytes: null });
    const answered = { items: [full, silent], next: null, total: 2 };
    const { request } = await page.answer('/machines', answered);
    expect(request.params.toString()).toBe('lowDisk=true&sort=hostname&limit=100');
    // Once as what can be filtered by, once at the machine.
    expect(page.text.match(/Little space/g)).toHaveLength(2);
  });

  it('filters by site, tags and model, and takes each away again', async () => {
    const page = await opened('/machines?tag=vip&site=Nowhere&online=true');
    const { request } = await page.answer('/machines', answer);
    expect(request.params.toString()).toBe(
      'online=true&site=Nowhere&tag=vip&sort=hostname&limit=100',
    );
    const box = (label: string) =>
      page.element.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`)!;
    const choose = async (label: string, value: string) => {
      box(label).value = value;
      box(label).dispatchEvent(new Event('change'));
      await page.rest();
    };
    // Chosen, although no machine is there any more.
    expect(box('Site').selectedOptions[0]?.textContent.trim()).toBe('Nowhere');
    await choose('Site', '=Berlin');
    await choose('Tag', 'lab');
    await choose('Model', '21HMCTO1WW');
    expect(page.url).toBe('/machines?tag=vip,lab&site=Berlin&online=true&model=21HMCTO1WW');
    await choose('Site', 'none');
    await page.press('Without the tag vip');
    await choose('Model', '');
    expect(page.url).toBe('/machines?tag=lab&online=true&withoutSite=true');
    await page.press('Without the tag lab');
    expect(page.url).toBe('/machines?online=true&withoutSite=true');
  });

  it('shows where machines are and what they are tagged with', async () => {
    const page = await opened();
    const labelled = sampleMachine(1, {
      domain: 'corp.local',
      site: 'Berlin',
      tags: ['a', 'b', 'c', 'd', 'e'],
    });
    await page.answer('/machines', { items: [labelled], next: null, total: 1 });
    expect(page.text).toContain('corp.local · Berlin a b c 2 more');
  });

  it('labels what is selected, and asks anew what filters can offer', async () => {
    const page = await opened('/machines?failing=true');
    await page.answer('/machines', answer);
    await page.tick('Select PC-1');
    label.mockResolvedValueOnce(false);
    await page.press('Label…');
    expect(page.asked('/machines/facets')).toHaveLength(0);
    await page.press('Select all 3,000 that match');
    await page.press('Label…');
    expect(label).toHaveBeenLastCalledWith({
      selection: { type: 'matching', filter: { failing: true }, except: [] },
      machines: 3000,
      sites: ['Berlin'],
    });
    expect(page.asked('/machines/facets')).toHaveLength(1);
    expect(page.text).toContain('3,000 machines selected');
  });

  it('remediates all that match without the ones that were released', async () => {
    const page = await opened('/machines?failing=true');
    await page.answer('/machines', answer);
    await page.tick('Select all machines shown');
    expect(page.text).toContain('3 machines selected');
    await page.press('Select all 3,000 that match');
    await page.tick('Select PC-2');
    expect(page.text).toContain('2,999 machines selected');
    await page.press('Remediate…');
    expect(open).toHaveBeenCalledWith({
      selection: {
        type: 'matching',
        filter: { failing: true },
        except: [machines[1]?.id],
      },
    });
    expect(page.text).not.toContain('selected');
  });

  it('keeps the selection when the dialog is closed without starting', async () => {
    open.mockResolvedValue(false);
    const page = await opened();
    await page.answer('/machines', answer);
    await page.tick('Select PC-1');
    await page.press('Remediate…');
    expect(page.text).toContain('1 machine selected');
  });

  it('takes "all that match" back when another filter is chosen', async () => {
    const page = await opened();
    await page.answer('/machines', answer);
    await page.tick('Select PC-1');
    await page.press('Select all 3,000 that match');
    const [failing] = [...page.element.querySelectorAll('select')];
    failing!.value = 'true';
    failing!.dispatchEvent(new Event('change'));
    await page.rest();
    expect(page.url).toBe('/machines?failing=true');
    expect(page.text).not.toContain('selected');
  });

  it('shows the answer to the newest question, however late an older one comes', async () => {
    const page = await opened();
    const [slow] = page.asked('/machines');
    const [failing] = [...page.element.querySelectorAll('select')];
    failing!.value = 'true';
    failing!.dispatchEvent(new Event('change'));
    await page.rest();
    expect(slow!.cancelled).toBe(true);
    await page.answer('/machines', { items: [sampleMachine(9)], next: null, total: 1 });
    expect(page.text).toContain('PC-9');
  });

  it('asks again when a machine changes, and after a reconnect', async () => {
    const page = await opened();
    await page.answer('/machines', answer);
    page.live.changed({ machines: [machines[0]!.id] });
    await page.changesGathered();
    await page.answer('/machines', {
      ...answer,
      items: [sampleMachine(1, { online: false, openFailures: 2 }), ...machines.slice(1)],
    });
    expect(page.text).toContain('2 open');
    page.live.reconnected();
    await page.rest();
    await page.answer('/machines', { ...answer, total: 2999 });
    expect(page.text).toContain('1 to 3 of 2,999 machines');
  });

  it('tells what went wrong, and tries again', async () => {
    const page = await opened();
    await page.refuse('/machines', 'internal', 'The database did not answer.', 500);
    expect(page.text).toContain('The database did not answer.');
    await page.press('Try again');
    await page.answer('/machines', answer);
    expect(page.text).toContain('PC-1');
  });

  it('offers a viewer nothing that would be refused', async () => {
    const page = await OpenedPage.open(MachineList, 'machines', '/machines', {
      role: 'viewer',
      providers,
    });
    await page.answer('/machines', answer);
    expect(page.element.querySelectorAll('mat-checkbox')).toHaveLength(0);
  });

  it('says that nothing matches, or how to begin', async () => {
    const page = await opened('/machines?code=80070002');
    await page.answer('/machines', { items: [], next: null, total: 0 });
    expect(page.text).toContain('No machine has 0x80070002 open');
    await page.press('Clear the filters');
    await page.answer('/machines', { items: [], next: null, total: 0 });
    expect(page.text).toContain('Enrol your first machine');
    expect(textOf(page.element)).toContain('An administrator can make the token.');
  });
});
