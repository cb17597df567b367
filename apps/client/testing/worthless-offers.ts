import { generateKeyPairSync } from 'node:crypto';
import { type UpdateServer } from './update-server';

/** What is wrong, how it is made, and the reason that the client must give. */
type Worthless = readonly [string, (from: UpdateServer) => Promise<string>, string];

const strangerKey = generateKeyPairSync('ed25519');

/** Offers that aren't really the server's to this machine, now. */
export const untrustedOffers: readonly Worthless[] = [
  ['no offer at all', () => Promise.resolve('x.y.z'), 'malformed-order'],
  [
    'one signed by somebody else',
    (from) => from.offer({}, strangerKey.privateKey),
    'bad-signature',
  ],
  [
    'one with the header of an order',
    (from) => from.offer({}, undefined, 'fleetmend-order+jwt'),
    'malformed-order',
  ],
  [
    'one for another machine',
    (from) => from.offer({ aud: from.identity.serverId }),
    'wrong-machine',
  ],
  ['one of another server', (from) => from.offer({ iss: from.identity.machineId }), 'wrong-server'],
  ['one from yesterday', (from) => from.offer({ exp: 1_795_000_000 }), 'expired-order'],
  ['one without a release', (from) => from.offer({ releaseId: '../../x' }), 'malformed-order'],
];

/** Manifests of releases that no server can talk a client into. */
export const refusedReleases: readonly Worthless[] = [
  [
    'signed by somebody else than its publisher',
    (from) => from.manifest({}, strangerKey.privateKey),
    'bad-release-signature',
  ],
  [
    'with the header of an offer',
    (from) => from.manifest({}, undefined, 'fleetmend-update+jwt'),
    'malformed-release',
  ],
  [
    'that makes no sense',
    (from) => from.manifest({ sha256: 'C:\\Windows\\System32\\cmd.exe' }),
    'malformed-release',
  ],
  [
    'whose version is a path',
    (from) => from.manifest({ version: '..\\..\\1.2.3' }),
    'malformed-release',
  ],
  ['that is too large', (from) => from.manifest({ size: 300_000_001 }), 'malformed-release'],
  [
    'for another kind of machine',
    (from) => from.manifest({ architecture: 'arm64' }),
    'wrong-architecture',
  ],
  ['that is the same', (from) => from.manifest({ version: '0.1.0' }), 'not-newer'],
  ['that is older', (from) => from.manifest({ version: '0.0.9' }), 'not-newer'],
  [
    'that needs another before',
    (from) => from.manifest({ minimumFromVersion: '0.1.1' }),
    'too-old-for-release',
  ],
];
