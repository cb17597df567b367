import * as tls from 'node:tls';

/**
 * Trusts what this Windows trusts, beside what the program brings: the certificate authority of a company stands in
 * the store of the machine. Where the store can't be read, the program's own list stays, and the reason is returned.
 */
export function trustWindowsCertificates(
  store: Pick<typeof tls, 'getCACertificates' | 'setDefaultCACertificates'> = tls,
): string | undefined {
  try {
    // Not the default list: that would take what NODE_EXTRA_CA_CERTS names, too.
    const own = store.getCACertificates('bundled');
    store.setDefaultCACertificates([...new Set([...own, ...store.getCACertificates('system')])]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
