/**
 * The public keys whose holders may publish clients: `x` of Ed25519 JWKs. The build puts them here; with none, the
 * client refuses every update.
 */
export const releaseKeys: readonly string[] = [];
