import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { SecretUnreadable, type Vault } from '../state/vault';
import { type ProxyCredentials, proxyOf } from './proxy';

/** What an administrator has set about the way to the server. */
export interface RouteSettings {
  /** `system`: what Windows says. `none`: directly, whatever Windows says. Else the address of a proxy. */
  readonly proxy: string;
  /** Further certificate authorities, PEM. */
  readonly authorities: readonly string[];
}

/** All that is set about the way to the server. */
export interface ChosenRoute {
  readonly settings: RouteSettings;
  readonly credentials: ProxyCredentials | undefined;
}

/** What was given can't be used; the message says why. */
export class UnusableRouteSetting extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusableRouteSetting';
  }
}

const settingsSchema = z.object({
  proxy: z.string().default('system'),
  authorities: z.array(z.string()).default([]),
});
const credentialsSchema = z.object({ user: z.string(), password: z.string() });
const CREDENTIALS_PURPOSE = 'credentials of the proxy';
const DEFAULTS: RouteSettings = { proxy: 'system', authorities: [] };
const LARGEST_AUTHORITIES = 500_000;

export function readRouteSettings(state: State): RouteSettings {
  const kept = readMetadata(state, 'route');
  if (kept === undefined) return DEFAULTS;
  try {
    return settingsSchema.parse(JSON.parse(kept));
  } catch {
    return DEFAULTS;
  }
}

function writeRouteSettings(state: State, settings: RouteSettings): void {
  writeMetadata(state, 'route', JSON.stringify(settings));
}

/** Undefined: none are set. Throws `SecretUnreadable`. */
export function readProxyCredentials(state: State, vault: Vault): ProxyCredentials | undefined {
  const kept = readMetadata(state, 'proxy-credentials');
  if (kept === undefined || kept === '') return undefined;
  return credentialsSchema.parse(JSON.parse(vault.open(CREDENTIALS_PURPOSE, kept)));
}

/** Keeps them sealed, or forgets them. */
function writeProxyCredentials(
  state: State,
  vault: Vault,
  credentials: ProxyCredentials | undefined,
): void {
  const sealed = credentials && vault.seal(CREDENTIALS_PURPOSE, JSON.stringify(credentials));
  writeMetadata(state, 'proxy-credentials', sealed ?? '');
}

/** What is set. Credentials that came with another machine's state can't be opened, and are as good as none. */
export function keptRoute(state: State, vault: Vault): ChosenRoute {
  const settings = readRouteSettings(state);
  try {
    return { settings, credentials: readProxyCredentials(state, vault) };
  } catch (error) {
    if (error instanceof SecretUnreadable) return { settings, credentials: undefined };
    throw error;
  }
}

/** Sets it, all together. */
export function keepRoute(
  state: State,
  vault: Vault,
  { settings, credentials }: ChosenRoute,
): void {
  state.transaction(() => {
    writeRouteSettings(state, settings);
    writeProxyCredentials(state, vault, credentials);
  });
}

/** `system`, `none`, or a proxy's address without credentials. Throws what {@link proxyOf} throws, too. */
export function proxySetting(text: string): string {
  if (text === 'system' || text === 'none') return text;
  const { url, credentials } = proxyOf(text, 'the setting');
  if (credentials) {
    throw new UnusableRouteSetting(
      'A command line can be read by others: put user and password of the proxy into a file and name it with --proxy-credentials-file.',
    );
  }
  return url;
}

/** The content of a credentials file: the user in the first line, the password in the second. */
export function credentialsOf(content: string): ProxyCredentials {
  const [user = '', password = ''] = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (user.trim() === '' || password === '') {
    throw new UnusableRouteSetting(
      'The file with the credentials of the proxy needs the user in its first line and the password in its second.',
    );
  }
  if (user.includes(':')) {
    throw new UnusableRouteSetting('Basic authentication allows no colon in the name of a user.');
  }
  return { user: user.trim(), password };
}

/** The certificates of a PEM file, each checked to be one. Throws {@link UnusableRouteSetting}. */
export function authoritiesOf(pem: string): readonly string[] {
  if (pem.length > LARGEST_AUTHORITIES) {
    throw new UnusableRouteSetting('The file with certificate authorities is too large.');
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new UnusableRouteSetting(
      'The file holds a private key. It needs the certificates of authorities alone.',
    );
  }
  const blocks =
    pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    throw new UnusableRouteSetting(
      'The file holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).',
    );
  }
  return blocks.map((block, index) => {
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(block);
    } catch {
      throw new UnusableRouteSetting(`Certificate ${index + 1} of the file can't be read.`);
    }
    if (!certificate.ca) {
      throw new UnusableRouteSetting(
        `Certificate ${index + 1} of the file (${certificate.subject.replaceAll('\n', ', ')}) is no certificate authority.`,
      );
    }
    return certificate.toString();
  });
}
