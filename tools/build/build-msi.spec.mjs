import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianTools } from '../test/debian-tools.mjs';
import { buildMsi } from './build-msi.mjs';
import { addonOf, targets } from './client-targets.mjs';
import { installerVersion, packageCode, productCode, UPGRADE_CODE } from './msi/identity.mjs';

const missing = debianTools('wixl', 'msibuild', 'msiinfo');
if (missing) console.warn(`The Windows Installer package is not tested: ${missing}`);
const withTools = missing ? describe.skip : describe;

describe('what Windows Installer knows a client by', () => {
  test('never changes', () => {
    expect(UPGRADE_CODE).toBe('7B3D1A52-5E0C-4C8B-9E2F-3F6A1C9D4E21');
    expect(productCode('0.1.0', 'x64')).toBe('D2A59621-ED42-59DA-BBEF-13679927B19B');
  });

  test('tells versions, machines and contents apart', () => {
    const codes = [
      productCode('0.1.0', 'x64'),
      productCode('0.1.1', 'x64'),
      productCode('0.1.0', 'arm64'),
      packageCode('a'),
      packageCode('b'),
    ];
    expect(new Set(codes).size).toBe(codes.length);
  });

  test.each(['0.1.0', '255.255.65535', '1.20.300'])('takes version %s', (version) => {
    expect(installerVersion(version)).toBe(version);
  });

  test.each(['1.0.0-beta.1', '1.0', '1.0.0.1', '256.0.0', '1.256.0', '1.0.65536', '', 'x'])(
    'refuses version "%s", which it could not compare',
    (version) => {
      expect(() => installerVersion(version)).toThrow("can't compare version");
    },
  );
});

withTools('the package', () => {
  let folder;
  let file;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetmend-msi-'));
    // Any file does: what is looked at here are the tables.
    const executable = join(folder, 'some.exe');
    copyFileSync(await addonOf(targets.x64), executable);
    file = join(folder, 'client.msi');
    await buildMsi({ executable, version: '1.2.3', arch: 'x64', output: file });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const table = (name) => {
    const { stdout } = spawnSync('msiinfo', ['export', file, name], { encoding: 'utf8' });
    const [columns, , , ...rows] = stdout.split('\r\n').filter(Boolean);
    const names = columns.split('\t');
    return rows.map((row) =>
      Object.fromEntries(row.split('\t').map((value, index) => [names[index], value])),
    );
  };
  const properties = () =>
    Object.fromEntries(table('Property').map(({ Property, Value }) => [Property, Value]));

  test('leaves nothing beside it but its checksum', () => {
    expect(readdirSync(folder).sort()).toEqual(['client.msi', 'client.msi.sha256', 'some.exe']);
  });

  test('says who it is', () => {
    expect(properties()).toMatchObject({
      ProductVersion: '1.2.3',
      ProductCode: `{${productCode('1.2.3', 'x64')}}`,
      UpgradeCode: `{${UPGRADE_CODE}}`,
      ALLUSERS: '1',
    });
    expect(table('File')[0]).toMatchObject({
      FileName: 'fleetmend-client.exe',
      Version: '1.2.3.0',
    });
  });

  test('keeps the token out of logs, and of everything that stays', () => {
    const [keep] = table('CustomAction').filter(({ Target }) => Target.includes('ENROLLTOKEN'));
    expect(keep.Action).toBe('KeepEnrolment');
    expect(Number(keep.Type) & 0x2000).not.toBe(0); // hides its target
    expect(Number(keep.Type) & 0xc00).toBe(0xc00); // deferred, as SYSTEM
    expect(properties().MsiHiddenProperties.split(';')).toContain('ENROLLTOKEN');
    const tables = spawnSync('msiinfo', ['tables', file], { encoding: 'utf8' }).stdout.split('\n');
    expect(tables).not.toContain('IniFile');
    expect(tables.includes('Registry') ? table('Registry') : []).toEqual([]);
  });

  test('lets administrators say what they may, and nothing else, to the service of Windows Installer', () => {
    expect(properties().SecureCustomProperties.split(';').sort()).toEqual([
      ...['ALLOWHTTP', 'ENROLLTOKEN', 'ENROLLTOKENFILE', 'PURGE', 'REENROLL', 'SERVERURL'],
      ...['WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED'],
    ]);
  });

  test('replaces an old version inside the transaction, and does everything in order', () => {
    const order = table('InstallExecuteSequence')
      .sort((a, b) => Number(a.Sequence) - Number(b.Sequence))
      .map(({ Action }) => Action);
    const wanted = [
      ...['LaunchConditions', 'InstallValidate', 'InstallInitialize', 'RemoveExistingProducts'],
      ...['RestartClient', 'StopClient', 'StopServices', 'DeleteServices', 'PurgeData', 'CleanUp'],
      ...['RemoveFiles', 'InstallFiles', 'InstallServices', 'ConfigureService', 'KeepEnrolment'],
      ...['StartServices', 'InstallFinalize'],
    ];
    expect(order.filter((name) => wanted.includes(name))).toEqual(wanted);
    expect(new Set(table('InstallExecuteSequence').map(({ Sequence }) => Sequence)).size).toBe(
      order.length,
    );
  });

  test.each([
    ['x64', 'x64;1033'],
    ['arm64', 'Arm64;1033'],
  ])('is one for %s', async (arch, template) => {
    const output = join(folder, arch, 'client.msi');
    await buildMsi({ executable: join(folder, 'some.exe'), version: '1.2.3', arch, output });
    const { stdout } = spawnSync('msiinfo', ['suminfo', output], { encoding: 'utf8' });
    expect(stdout).toContain(`Template: ${template}`);
    rmSync(join(folder, arch), { recursive: true });
  });
});
