import 'reflect-metadata';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3_600_000;

/** Ends TLS in front of a port of this computer, with a certificate of an authority that nobody knows. */
export class TlsFront {
  private readonly sockets = new Set<TLSSocket>();

  private constructor(
    /** The certificate of the authority, PEM. */
    readonly authority: string,
    private readonly server: Server,
    port: number,
  ) {
    server.on('secureConnection', (socket) => {
      this.sockets.add(socket);
      const onward = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        one.on('error', () => undefined);
        one.on('close', () => other.destroy());
      }
      socket.pipe(onward).pipe(socket);
    });
    server.on('tlsClientError', () => undefined);
  }

  static async before(port: number): Promise<TlsFront> {
    const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const [root, own] = [await newKeys(), await newKeys()];
    const validity = {
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
      signingAlgorithm: ALGORITHM,
    };
    const authority = await x509.X509CertificateGenerator.createSelfSigned({
      ...validity,
      serialNumber: '01',
      name: 'CN=Authority of a test',
      keys: root,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity,
      serialNumber: '02',
      subject: 'CN=127.0.0.1',
      issuer: authority.subject,
      signingKey: root.privateKey,
      publicKey: own.publicKey,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
    });
    const key = x509.PemConverter.encode(
      await crypto.subtle.exportKey('pkcs8', own.privateKey),
      'PRIVATE KEY',
    );
    const server = createServer({ cert: certificate.toString('pem'), key });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TlsFront(authority.toString('pem'), server, port);
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
