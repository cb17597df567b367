import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  executablePath,
  type FetchUpdateAck,
  fetchUpdateSchema,
  OFFER_TYPE,
  type OfferClaims,
  PROOF_SCHEME,
  UPDATE_WAITING,
} from '@fleetmend/client-protocol';
import { type CryptoKey, SignJWT } from 'jose';

/** An executable with its manifest. */
export interface Release {
  readonly file: string;
  readonly manifest: string;
}

interface ServerParts {
  readonly serverId: string;
  readonly machineId: () => string;
  readonly checkProof: (proof: string) => Promise<void>;
  readonly nudge: (message: string) => void;
}

/** The part of a fake server that offers releases: as the test wants, also what no honest server would. */
export class FakeReleases {
  /** Versions of clients that have asked, in their order. */
  readonly askedBy: string[] = [];
  /** Each answer to a download ends after so many bytes, as if that were all. */
  bytesAtOnce = Number.POSITIVE_INFINITY;
  /** The first byte of each part that was asked for. */
  readonly partsFrom: number[] = [];
  private offered: (Release & { readonly id: string }) | undefined;

  constructor(
    private readonly key: CryptoKey,
    private readonly server: ServerParts,
  ) {}

  /** Offers a release and tells connected clients. Answers its id. */
  offer(release: Release): string {
    const id = randomUUID();
    this.offered = { ...release, id };
    this.server.nudge(UPDATE_WAITING);
    return id;
  }

  /** Offers nothing any more. */
  withdraw(): void {
    this.offered = undefined;
  }

  async answer(question: unknown): Promise<FetchUpdateAck> {
    const { version } = fetchUpdateSchema.parse(question);
    this.askedBy.push(version);
    if (!this.offered) return { ok: true, offer: null };
    const now = Math.floor(Date.now() / 1000);
    const claims: OfferClaims = {
      ...{ iss: this.server.serverId, aud: this.server.machineId(), jti: randomUUID() },
      ...{ iat: now, exp: now + 3600, releaseId: this.offered.id, manifest: this.offered.manifest },
    };
    const offer = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA', typ: OFFER_TYPE })
      .sign(this.key);
    return { ok: true, offer };
  }

  /** Answers a request for the executable; false when it asks for something else. */
  async download(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { offered } = this;
    if (!offered || request.url !== executablePath(offered.id)) return false;
    const [scheme, proof] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== PROOF_SCHEME) throw new Error('The client brought no proof.');
    await this.server.checkProof(proof ?? '');
    const { size } = statSync(offered.file);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    this.partsFrom.push(from);
    const end = Math.min(size, from + this.bytesAtOnce) - 1;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': end - from + 1,
      ...(from > 0 && { 'content-range': `bytes ${from}-${end}/${size}` }),
    });
    await pipeline(createReadStream(offered.file, { start: from, end }), response);
    return true;
  }
}
