import fc from 'fast-check';
import { MAX_MESSAGE_BYTES } from './report';
import { inventorySchema } from './inventory';

const least = {
  hostname: 'PC-0042',
  os: { name: 'Windows 11 Pro', version: '10.0.26100', build: 26_100, architecture: 'x64' },
  clientVersion: '0.1.0',
};
const at = '2026-11-20T12:00:00.000Z';
const setting = { name: 'AUOptions', value: 4, from: 'group-policy' };
const folder = { path: 'C:\\Windows\\SDTemp', origin: 'foreign' };
const many = <T>(count: number, one: T) => Array.from({ length: count }, () => one);

const policy = { automaticUpdatesDisabled: false, updateAccessDisabled: false };

describe('an inventory', () => {
  it.each<[string, object]>([
    ['of an old client', {}],
    ['of a later one', { colour: 'blue', os: { ...least.os, shell: 'explorer' } }],
    ['with words that nobody knows yet', { join: { membership: 'cloud', name: 'X' } }],
    ['with nothing in its parts', { hardware: {}, join: {}, updateActivity: {}, client: {} }],
    ['with texts and numbers for values', { updatePolicy: { ...policy, settings: [setting] } }],
    ['with a folder that was not measured', { backups: { folders: [folder] } }],
    ['with a clock that is years off', { clockOffsetMs: -500_000_000_000 }],
  ])('is taken: %s', (_, more) => {
    expect(inventorySchema.safeParse({ ...least, ...more }).error).toBeUndefined();
  });

  it.each<[string, object]>([
    ['without a name', { hostname: '' }],
    ['with a long text', { hardware: { model: 'x'.repeat(201) } }],
    ['with a long path', { backups: { folders: [{ ...folder, path: 'x'.repeat(501) }] } }],
    ['with too many folders', { backups: { folders: many(51, folder) } }],
    ['with too many settings', { updatePolicy: { ...policy, settings: many(81, setting) } }],
    [
      'with a long value',
      { updatePolicy: { ...policy, settings: [{ ...setting, value: 'x'.repeat(501) }] } },
    ],
    [
      'with an object for a value',
      { updatePolicy: { ...policy, settings: [{ ...setting, value: {} }] } },
    ],
    [
      'with too many sources',
      { client: { unavailableSources: many(31, { name: 'x', message: 'y' }) } },
    ],
    ['with a size below nothing', { backups: { folders: [{ ...folder, bytes: -1 }] } }],
    ['with half a byte', { backups: { folders: [{ ...folder, bytes: 0.5 }] } }],
    ['with a size beyond all numbers', { client: { dataBytes: 1e300 } }],
    ['with a run that is none', { backups: { folders: [{ ...folder, runId: '../..' }] } }],
    ['with a moment that is none', { updateActivity: { lastScan: { at: 'now', from: 'x' } } }],
    ['with a clock that is no number', { clockOffsetMs: Number.NaN }],
    ['with a part of the wrong kind', { power: 'mains' }],
  ])('is refused: %s', (_, more) => {
    expect(inventorySchema.safeParse({ ...least, ...more }).success).toBe(false);
  });

  it('keeps nothing that it does not know', () => {
    const parsed = inventorySchema.parse({
      ...least,
      colour: 'x'.repeat(100_000),
      backups: { folders: [{ ...folder, colour: 'blue' }], colour: 'blue' },
    });
    expect(JSON.stringify(parsed)).not.toMatch(/colour/);
  });

  it('never takes more than a small part of a message, whatever a client fills in', () => {
    // Three bytes of UTF-8 in each place: the most that a character of UTF-16 takes.
    const text = (length: number) => '\u4e2d'.repeat(length);
    const success = { at, from: text(50) };
    const full = inventorySchema.parse({
      hostname: text(255),
      domain: text(255),
      os: {
        ...{ name: text(200), version: text(50), build: 1, revision: 1, architecture: text(20) },
        ...{ language: text(50), edition: text(100), displayVersion: text(50) },
        installationType: text(50),
      },
      clientVersion: text(50),
      hardware: { manufacturer: text(200), model: text(200), family: text(200) },
      join: {
        ...{ membership: text(50), name: text(255), entraJoined: true },
        ...{ entraTenantId: text(100), entraTenantName: text(255) },
      },
      services: many(50, { name: text(256), state: 'running', startType: 'manual' }),
      pendingRestart: { pending: true, reasons: many(20, text(200)) },
      updatePolicy: {
        ...{ ...policy, wsusServer: text(500) },
        settings: many(80, { name: text(100), value: text(500), from: text(50) }),
      },
      updateActivity: { lastScan: success, lastInstall: success },
      backups: {
        folders: many(50, {
          ...{ path: text(500), origin: text(50), setAsideAt: at, createdAt: at, modifiedAt: at },
          ...{ bytes: Number.MAX_SAFE_INTEGER, files: Number.MAX_SAFE_INTEGER },
          runId: '9e8d7c6b-5a49-4837-a625-140312f1e0d9',
        }),
      },
      timeSource: { type: text(50), servers: text(500) },
      client: {
        unavailableSources: many(30, { name: text(100), message: text(300) }),
        damagedState: text(500),
      },
    });
    expect(Buffer.byteLength(JSON.stringify(full))).toBeLessThan(MAX_MESSAGE_BYTES / 2);
  });

  it('is judged and never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom(...Object.keys(inventorySchema.shape)),
        (value, key) => {
          const { success, data } = inventorySchema.safeParse({ ...least, [key]: value });
          expect(success ? typeof data : 'refused').toMatch(/object|refused/);
        },
      ),
    );
  });
});
