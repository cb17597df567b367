import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { silentLog } from '../log';
import { SimulatedSecrets } from '../windows/simulated/simulated-secrets';
import {
  hasOpenKey,
  type Identity,
  privateKeySchema,
  readEnrolment,
  readIdentity,
  sealOpenKey,
  writeIdentity,
} from './identity';
import { openState } from './open-state';
import { type State } from './state';
import { ENTROPY_FILE, SecretUnreadable, Vault } from './vault';

/** DPAPI is simulated; files and SQLite are real. */
describe('the secrets of the state', () => {
  let folder: string;
  let secrets: SimulatedSecrets;
  let vault: Vault;
  let state: State;

  beforeEach(() => {
    folder = temporaryFolder();
    secrets = new SimulatedSecrets();
    vault = new Vault(secrets, folder);
    state = openState(folder, silentLog);
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const everything = () =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('\n');
  const identity = (): Identity => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
    return {
      serverUrl: 'https://fleet.example',
      machineId: crypto.randomUUID(),
      serverId: crypto.randomUUID(),
      serverKey: { kty: key.kty, crv: key.crv, x: key.x },
      privateKey: key,
      enrolledAt: new Date(1_800_000_000_000),
    };
  };

  it('are opened again, for the same purpose only', () => {
    const sealed = vault.seal('proxy', 'pässword');
    expect(sealed).not.toContain('pässword');
    expect(new Vault(secrets, folder).open('proxy', sealed)).toBe('pässword');
    expect(() => vault.open('mail', sealed)).toThrow(SecretUnreadable);
  });

  it.each<[string, () => void]>([
    [
      'on another machine',
      () => {
        secrets.machine = 'ANOTHER';
      },
    ],
    [
      'without the entropy',
      () => {
        rmSync(join(folder, ENTROPY_FILE));
      },
    ],
    [
      'with a torn entropy',
      () => {
        writeFileSync(join(folder, ENTROPY_FILE), 'torn');
      },
    ],
    [
      'with the entropy of another',
      () => {
        writeFileSync(join(folder, ENTROPY_FILE), Buffer.alloc(32, 7));
      },
    ],
  ])('stay closed %s, and it is said what to do', (_, happens) => {
    writeIdentity(state, vault, identity());
    happens();
    expect(() => readIdentity(state, vault)).toThrow(/another machine.*enroll --force/);
    expect(readEnrolment(state)?.serverUrl).toBe('https://fleet.example');
    const anew = identity();
    writeIdentity(state, vault, anew);
    expect(readIdentity(state, vault)).toEqual(anew);
  });

  it.each(['', 'sealed1:', 'sealed1:????', '{"d":"x"}', `sealed1:${'A'.repeat(400)}`])(
    'are not read out of %j',
    (sealed) => {
      vault.seal('any', 'so that there is an entropy');
      expect(() => vault.open('any', sealed)).toThrow(SecretUnreadable);
    },
  );

  it('are in no file as they are', () => {
    const one = identity();
    writeIdentity(state, vault, one);
    expect(everything()).not.toContain(one.privateKey.d);
    expect(hasOpenKey(state)).toBe(false);
    expect(sealOpenKey(state, vault)).toBe(false);
  });

  it('are closed where the first clients had left them open, and nothing stays behind', () => {
    const one = identity();
    writeIdentity(state, vault, one);
    state.run('UPDATE identity SET private_key = ?', JSON.stringify(one.privateKey));
    expect(everything()).toContain(one.privateKey.d);
    expect(hasOpenKey(state)).toBe(true);
    expect(readIdentity(state, vault)).toEqual(one);
    expect(sealOpenKey(state, vault)).toBe(true);
    expect(everything()).not.toContain(one.privateKey.d);
    expect(readIdentity(state, vault)).toEqual(one);
  });

  it('stay open and readable when they could not be closed', () => {
    const one = identity();
    writeIdentity(state, vault, one);
    state.run('UPDATE identity SET private_key = ?', JSON.stringify(one.privateKey));
    secrets.protect = () => {
      throw new Error('DPAPI is away');
    };
    expect(() => sealOpenKey(state, vault)).toThrow('DPAPI is away');
    expect(readIdentity(state, vault)).toEqual(one);
  });
});
