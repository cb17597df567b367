import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { SimulatedProtection } from '../windows/simulated/simulated-protection';
import { closeOwnFolders, findWeaknesses, isDangerous } from './own-folders';
import { faultOfServicePath, serviceCommandLine } from './service-path';

const USERS = 'S-1-5-32-545';
const open = { allowed: [{ who: USERS, mask: 0x2, inheritOnly: false }] };

/** Folders are real, access lists simulated; reading and setting real ones is tested with the executable. */
describe('the folders of the client', () => {
  let data: string;
  let protection: SimulatedProtection;

  beforeEach(() => {
    const root = temporaryFolder();
    data = join(root, 'ProgramData', 'FleetMend');
    protection = new SimulatedProtection(join(root, 'Program Files', 'FleetMend'));
    mkdirSync(join(data, 'logs'), { recursive: true });
    mkdirSync(join(protection.programFolder, 'native'), { recursive: true });
    writeFileSync(join(protection.programFolder, 'native', 'koffi.node'), '');
    writeFileSync(join(data, 'client.db'), '');
  });
  afterEach(removeTemporaryFolders);

  const dangers = async () =>
    (await findWeaknesses(protection, data)).filter((one) => isDangerous(one, protection, data));

  it('are well when only administrators can change them', async () => {
    expect(await closeOwnFolders(protection, data)).toEqual({ repaired: [], left: [] });
    expect(protection.closed).toEqual([]);
  });

  it('are closed where others can change them, down to every file', async () => {
    const addon = join(protection.programFolder, 'native', 'koffi.node');
    const state = join(data, 'client.db');
    protection.opened.set(addon, open).set(state, open);
    expect(await dangers()).toHaveLength(2);
    const { repaired, left } = await closeOwnFolders(protection, data);
    expect(repaired.map(({ path }) => path)).toEqual([state, addon]);
    expect(left).toEqual([]);
    expect(protection.closed).toEqual([`nothing ${state}`, `read ${addon}`]);
  });

  it('stay dangerous when closing them is refused', async () => {
    protection.opened.set(data, open);
    protection.refuses = true;
    expect((await closeOwnFolders(protection, data)).left).toEqual([
      { path: data, kind: 'writable', who: USERS },
    ]);
    expect(await dangers()).toHaveLength(1);
  });

  it('are not taken over from somebody who made them, or who leads them elsewhere', async () => {
    protection.opened
      .set(data, { owner: USERS })
      .set(protection.programFolder, { isLink: true })
      .set(dirname(data), { isLink: true, owner: USERS });
    const { repaired, left } = await closeOwnFolders(protection, data);
    expect(repaired).toEqual([]);
    expect(left.map(({ kind }) => kind)).toEqual(['link', 'owner', 'link']);
    expect(protection.closed).toEqual([]);
    expect(await dangers()).toHaveLength(3);
  });

  it('leave the folders above to the administrators, and say what others may do there', async () => {
    const above = dirname(data);
    protection.opened.set(above, { allowed: [{ who: USERS, mask: 0x40, inheritOnly: false }] });
    expect((await closeOwnFolders(protection, data)).left).toHaveLength(1);
    expect(await dangers()).toEqual([]);
  });
});

describe('what Windows starts as the service', () => {
  const folder = join('C:', 'Program Files', 'FleetMend');
  const right = serviceCommandLine(folder);

  it.each([
    [right, undefined],
    [right.toUpperCase(), undefined],
    [right.replaceAll('"', ''), 'without quotes'],
    ['"C:\\Users\\Public\\fleetmend-client.exe" service', 'not the program'],
    [`${right} --more`, 'not the program'],
    ['', 'not the program'],
  ])('%j', (imagePath, fault) => {
    if (fault === undefined) expect(faultOfServicePath(imagePath, folder)).toBeUndefined();
    else expect(faultOfServicePath(imagePath, folder)).toContain(fault);
  });
});
