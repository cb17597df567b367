import {
  OFFER_TYPE,
  type OfferClaims,
  ORDER_TYPE,
  type OrderClaims,
  type PublicKey,
} from '@fleetmend/client-protocol';
import { CompactSign, importJWK } from 'jose';
import type { ServerIdentity } from './server-identity';

/** Signs orders with the key that machines pinned when they enrolled. */
export class OrderSigner {
  private readonly key: ReturnType<typeof importJWK>;

  constructor(private readonly identity: ServerIdentity) {
    this.key = importJWK({ ...identity.privateKey }, 'EdDSA');
  }

  /** Names the server: `iss` of orders, `aud` of proofs. */
  get serverId(): string {
    return this.identity.serverId;
  }

  /** What machines verify orders with. */
  get publicKey(): PublicKey {
    const { kty, crv, x } = this.identity.privateKey;
    return { kty, crv, x };
  }

  /** A compact JWS of `claims`; `iss` is filled in. */
  sign(claims: Omit<OrderClaims, 'iss'>): Promise<string> {
    return this.signed(ORDER_TYPE, { ...claims, iss: this.serverId } satisfies OrderClaims);
  }

  /** The offer of a release to one machine, likewise. */
  signOffer(claims: Omit<OfferClaims, 'iss'>): Promise<string> {
    return this.signed(OFFER_TYPE, { ...claims, iss: this.serverId } satisfies OfferClaims);
  }

  private async signed(typ: string, claims: object): Promise<string> {
    const payload = JSON.stringify(claims);
    return new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: 'EdDSA', typ })
      .sign(await this.key);
  }
}
