import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import {
  executablePath,
  OFFER_TYPE,
  type OfferClaims,
  PROOF_SCHEME,
  type PublicKey,
  publicKeySchema,
  RELEASE_TYPE,
  type ReleaseManifest,
} from '@fleetmend/client-protocol';
import { jwtVerify, SignJWT } from 'jose';
import { type Identity, privateKeySchema } from '../src/state/identity';
import { type ServerCertificate } from './authority';

/** Says how a request for the executable is answered, if not as it should be; true when it did. */
export type Mischief = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A server that offers releases, over real HTTP or TLS with real signatures, and a publisher that it doesn't control. */
export class UpdateServer {
  readonly content = randomBytes(300_000);
  readonly releaseId = randomUUID();
  readonly publisher = generateKeyPairSync('ed25519');
  readonly identity: Identity;
  /** Ranges that were asked for, `-` where none was. */
  readonly asked: string[] = [];
  mischief: Mischief = () => false;
  private readonly proofs = new Set<string>();
  private readonly keys = generateKeyPairSync('ed25519');
  private readonly machineKeys = generateKeyPairSync('ed25519');

  private constructor(
    private readonly http: Server,
    scheme: 'http' | 'https',
  ) {
    const { port } = http.address() as AddressInfo;
    this.identity = {
      serverUrl: `${scheme}://127.0.0.1:${port}`,
      ...{ machineId: randomUUID(), serverId: randomUUID() },
      serverKey: publicOf(this.keys.publicKey),
      privateKey: privateKeySchema.parse(this.machineKeys.privateKey.export({ format: 'jwk' })),
      enrolledAt: new Date(),
    };
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch(() => {
        response.writeHead(401).end();
      });
    });
  }

  static async start(certificate?: ServerCertificate): Promise<UpdateServer> {
    const http = certificate ? createHttpsServer(certificate) : createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new UpdateServer(http, certificate ? 'https' : 'http');
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
  }

  /** The key that a client of this publisher was built with. */
  get releaseKey(): string {
    return publicOf(this.publisher.publicKey).x;
  }

  manifest(
    says: Partial<Record<keyof ReleaseManifest, unknown>> = {},
    key: KeyObject = this.publisher.privateKey,
    typ = RELEASE_TYPE,
  ): Promise<string> {
    const claims = {
      ...{ version: '0.2.0', architecture: 'x64', size: this.content.length },
      sha256: createHash('sha256').update(this.content).digest('hex'),
      createdAt: '2026-11-20T12:00:00.000Z',
      ...says,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ }).sign(key);
  }

  async offer(
    says: Partial<OfferClaims> = {},
    key: KeyObject = this.keys.privateKey,
    typ = OFFER_TYPE,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { serverId, machineId } = this.identity;
    const claims = {
      ...{ iss: serverId, aud: machineId, jti: randomUUID(), iat: now, exp: now + 3600 },
      releaseId: this.releaseId,
      manifest: says.manifest ?? (await this.manifest()),
      ...says,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ }).sign(key);
  }

  /** The right answer, from byte `from` on; or only `bytes` of it, as if that were all. */
  send(response: ServerResponse, from: number, bytes = Number.POSITIVE_INFINITY): void {
    const part = this.content.subarray(from, from + bytes);
    const { length } = this.content;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': part.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${from + part.length - 1}/${length}` }),
    });
    response.end(part);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [scheme, proof = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== PROOF_SCHEME || this.proofs.has(proof)) throw new Error('no proof');
    this.proofs.add(proof);
    const { serverId, machineId } = this.identity;
    const claims = { audience: serverId, issuer: machineId };
    await jwtVerify(proof, this.machineKeys.publicKey, claims);
    this.asked.push(request.headers.range ?? '-');
    if (this.mischief(request, response)) return;
    if (request.url !== executablePath(this.releaseId)) response.writeHead(404).end();
    else this.send(response, Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0));
  }
}

function publicOf(key: KeyObject): PublicKey {
  return publicKeySchema.parse(key.export({ format: 'jwk' }));
}
