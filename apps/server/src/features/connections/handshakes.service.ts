import { Inject, Injectable } from '@nestjs/common';
import {
  type Handshake,
  type HandshakeRefusal,
  handshakeSchema,
  PROOF_LIFETIME_SECONDS,
  PROOF_SCHEME,
  PROOF_TYPE,
  type ProofClaims,
  proofClaimsSchema,
  PROTOCOL_VERSION,
} from '@fleetmend/client-protocol';
import { hintsOf } from '@fleetmend/domain';
import { compactVerify, decodeJwt, importJWK } from 'jose';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { RequestError } from '../../platform/errors';
import { HandshakeError } from '../../platform/realtime';
import { OrderSigner } from '../enrolment';
import type { MachineIdentity } from '../machines';
import { Admission } from './admission';
import { Identities } from './identities';
import type { KeyUse } from './key-uses';
import { UsedProofs } from './used-proofs';

/** How much the clocks may differ, in seconds. */
export const CLOCK_DIFFERENCE_SECONDS = 300;
/** So long after its end a proof is still remembered, in ms: it counts a little shorter. */
const PROOF_MEMORY = (CLOCK_DIFFERENCE_SECONDS + 60) * 1000;

/** When a request may come again that found too many others, in seconds. */
const BUSY_SECONDS = 30;

/** Who has proved to be which machine. */
export interface ProvenMachine {
  readonly machine: MachineIdentity;
  readonly clientVersion: string;
  readonly use: KeyUse;
}

/** Checks, before a connection exists, that who connects holds the key of a machine. */
@Injectable()
export class HandshakesService {
  private readonly admission: Admission;

  constructor(
    private readonly identities: Identities,
    private readonly server: OrderSigner,
    private readonly usedProofs: UsedProofs,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.admission = new Admission(config.handshakesPerSecond);
  }

  /** @throws {HandshakeError} with one of the protocol's refusals. */
  async check(auth: unknown): Promise<ProvenMachine> {
    const retryAfterSeconds = this.admission.admit(performance.now());
    if (retryAfterSeconds !== undefined) throw refused('server-busy', { retryAfterSeconds });
    try {
      return await this.prove(readHandshake(auth));
    } finally {
      this.admission.done();
    }
  }

  /**
   * The same for a request over HTTP: `Authorization: FleetMend-Proof PROOF`.
   * @throws {RequestError} `unauthenticated`, with the refusal in words, or `server-busy`.
   */
  async checkHeader(authorization: string | undefined): Promise<ProvenMachine> {
    const [scheme, proof] = authorization?.split(' ') ?? [];
    if (scheme !== PROOF_SCHEME || proof === undefined) {
      throw new RequestError('unauthenticated', 'A machine proves itself by its key.');
    }
    try {
      return await this.check({ protocol: PROTOCOL_VERSION, clientVersion: '-', proof });
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      if (error.code !== 'server-busy') {
        throw new RequestError('unauthenticated', `The proof is refused: ${error.code}.`);
      }
      const message = 'Too many machines come at once.';
      throw new RequestError('server-busy', message, { retryAfterSeconds: BUSY_SECONDS });
    }
  }

  private async prove(given: Handshake): Promise<ProvenMachine> {
    const { proof, clientVersion, instanceId, hints } = given;
    const { iss } = claimsOf(proof);
    const machine = await this.identities.find(iss);
    if (!machine) throw refused('unknown-machine');
    const claims = await verified(proof, machine.publicKey);
    if (claims.iss !== iss || claims.aud !== this.server.serverId) throw refused('bad-proof');
    const lifetime = claims.exp - claims.iat;
    if (lifetime <= 0 || lifetime > PROOF_LIFETIME_SECONDS) throw refused('bad-proof');
    const now = this.clock.now();
    const seconds = now.getTime() / 1000;
    const early = seconds < claims.iat - CLOCK_DIFFERENCE_SECONDS;
    const late = seconds > claims.exp + CLOCK_DIFFERENCE_SECONDS;
    if (early || late) throw refused('clock-skew', { serverTime: now.toISOString() });
    if (machine.retired) throw refused('retired-machine');
    const forgetAt = new Date(claims.exp * 1000 + PROOF_MEMORY);
    if (!(await this.usedProofs.firstUse(claims.jti, forgetAt))) throw refused('replayed-proof');
    return { machine, clientVersion, use: { instanceId, hints: hints && hintsOf(hints) } };
  }
}

function refused(code: HandshakeRefusal, data?: Readonly<Record<string, unknown>>): HandshakeError {
  return new HandshakeError(code, data);
}

function readHandshake(auth: unknown): Handshake {
  const parsed = handshakeSchema.safeParse(auth);
  if (!parsed.success) throw refused('malformed-handshake');
  if (parsed.data.protocol !== PROTOCOL_VERSION) throw refused('unsupported-protocol');
  return parsed.data;
}

/** What the proof claims, before anybody has verified it. */
function claimsOf(proof: string): ProofClaims {
  try {
    return proofClaimsSchema.parse(decodeJwt(proof));
  } catch {
    throw refused('bad-proof');
  }
}

async function verified(proof: string, x: string): Promise<ProofClaims> {
  try {
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(proof, key, { algorithms: ['EdDSA'] });
    if (protectedHeader.typ !== PROOF_TYPE) throw refused('bad-proof');
    return proofClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    throw refused('bad-proof');
  }
}
