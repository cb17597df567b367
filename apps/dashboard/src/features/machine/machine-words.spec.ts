import type { MachineInventory } from '@fleetmend/dashboard-api';
import { clockWords, joinWords, sourceWords, timeSourceWords } from './machine-words';

const told = (part: Partial<MachineInventory>): MachineInventory => ({
  hostname: 'PC-1',
  os: { name: 'Windows 11 Pro', version: '10.0', build: 26_100, architecture: 'x64' },
  clientVersion: '0.1.0',
  ...part,
});

describe('words about a machine', () => {
  it.each<[MachineInventory['join'], string[]]>([
    [undefined, []],
    [{}, []],
    [{ membership: 'domain', name: 'CORP', entraJoined: false }, ['Domain CORP']],
    [{ membership: 'workgroup', name: 'WG', entraJoined: false }, ['Workgroup WG']],
    [{ membership: 'none' }, ['Joined to nothing']],
    [{ membership: 'cloud', name: 'X' }, ['cloud X']],
    [{ membership: 'workgroup', entraJoined: true, entraTenantName: 'Corp' }, ['Entra ID Corp']],
    [{ entraJoined: true, entraTenantId: 'c0ffee' }, ['Entra ID c0ffee']],
    [
      { membership: 'domain', name: 'CORP', entraJoined: true, entraTenantName: 'Corp' },
      ['Domain CORP', 'Entra ID Corp', 'Hybrid joined'],
    ],
  ])('say what it is joined to: %j', (join, lines) => {
    expect(joinWords(told({ join }))).toEqual(lines);
  });

  it.each<[number | undefined, string | null]>([
    [undefined, null],
    [0, 'Right to the second'],
    [-999, 'Right to the second'],
    [1000, '1 second behind'],
    [-90_000, '90 seconds ahead'],
    [600_000, '10 minutes behind'],
    [-7_200_000, '2 hours ahead'],
    [86_400_000 * 1500, '1,500 days behind'],
  ])('say how wrong its clock is: %s', (offset, words) => {
    expect(clockWords(offset)).toBe(words);
  });

  it.each<[MachineInventory['timeSource'], string | null]>([
    [undefined, null],
    [{ type: 'NT5DS', servers: 'time.windows.com,0x9' }, 'From the domain'],
    [
      { type: 'NTP', servers: 'time.windows.com,0x9 b.example,0x1' },
      'From time.windows.com, b.example',
    ],
    [{ type: 'AllSync', servers: 'a,0x8' }, 'From the domain, or a'],
    [{ type: 'NTP' }, 'From servers that are not named'],
    [{ type: 'NoSync' }, 'From nowhere (NoSync)'],
    [{ type: 'constructor' }, 'constructor'],
    [{ servers: 'a,0x9' }, 'a,0x9'],
  ])('say where its time comes from: %j', (source, words) => {
    expect(timeSourceWords(source)).toBe(words);
  });

  it('say where its updates come from', () => {
    const policy = { automaticUpdatesDisabled: false, updateAccessDisabled: false };
    expect(sourceWords(null)).toBeNull();
    expect(sourceWords(told({ updatePolicy: policy }))).toBe('Microsoft');
    expect(sourceWords(told({ updatePolicy: { ...policy, wsusServer: 'http://w' } }))).toBe(
      'WSUS http://w',
    );
  });
});
