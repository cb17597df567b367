import { ORDER_TYPE, type OrderClaims, type PublicKey } from '@fleetmend/client-protocol';
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
  async sign(claims: Omit<OrderClaims, 'iss'>): Promise<string> {
    const payload = JSON.stringify({ ...claims, iss: this.serverId } satisfies OrderClaims);
    return new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: 'EdDSA', typ: ORDER_TYPE })
      .sign(await this.key);
  }
}
