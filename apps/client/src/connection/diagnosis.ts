import { reasonOf } from '../log';
import { clockDoubt, type ClockEvidence, clockFault } from './clock-evidence';
import { type Route } from './route';
import { UnexpectedAnswer } from './transport';
import { ProxyFailed } from './tunnel';

/** Why the server can't be reached: for programs. Additions only. */
export type Problem =
  | 'dns'
  | 'refused'
  | 'no-route'
  | 'timeout'
  | 'cut-off'
  | 'captive-portal'
  | 'http-status'
  | 'tls-unknown-authority'
  | 'tls-expired'
  | 'tls-not-yet-valid'
  | 'tls-wrong-name'
  | 'tls-revoked'
  | 'tls-failed'
  | 'clock-wrong'
  | 'proxy-unreachable'
  | 'proxy-authentication'
  | 'proxy-refused'
  | 'unknown';

/** What is wrong and what to do about it, in one or two sentences. */
export interface Diagnosis {
  readonly problem: Problem;
  readonly message: string;
}

/** The server, or the proxy, gave no sign of life within the time. */
export class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
  constructor() {
    super('There was no answer.');
    this.name = 'NoAnswer';
  }
}

const NETWORK: Readonly<Record<string, Problem>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ECONNREFUSED: 'refused',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EHOSTDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EACCES: 'no-route',
  ETIMEDOUT: 'timeout',
  ABORT_ERR: 'timeout',
  ERR_SOCKET_CONNECTION_TIMEOUT: 'timeout',
  ECONNRESET: 'cut-off',
  ECONNABORTED: 'cut-off',
  EPIPE: 'cut-off',
};

/** OpenSSL's reasons, by the names that Node gives them. */
const TLS: Readonly<Record<string, Problem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-unknown-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-unknown-authority',
  CERT_UNTRUSTED: 'tls-unknown-authority',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-name',
  HOSTNAME_MISMATCH: 'tls-wrong-name',
  CERT_REVOKED: 'tls-revoked',
};

/** Says what a failed attempt means. Judges by codes; texts of errors are only repeated where there is no code. */
export function diagnose(error: unknown, route: Route, evidence: ClockEvidence): Diagnosis {
  const server = new URL(route.server);
  if (error instanceof ProxyFailed) return ofProxy(error, evidence);
  if (error instanceof UnexpectedAnswer) return ofAnswer(error.answer, route);
  const code = codeOf(error);
  const problem = problemOf(code);
  const way = route.proxy ? ` ${route.words}` : '';
  switch (problem) {
    case 'dns':
      return {
        problem,
        message: `The name ${server.hostname} can't be resolved (${code}). Is the network there, and does the DNS server of this machine know the name?`,
      };
    case 'refused':
      return {
        problem,
        message: `${server.host} refuses the connection: nothing listens there (${code}). Is the server running, and is its address right?`,
      };
    case 'no-route':
      return {
        problem,
        message: `There is no way from this machine to ${server.host} (${code}). Is the network connected, and does a firewall let the client out?`,
      };
    case 'timeout':
      return {
        problem,
        message: `${server.host} doesn't answer${way}. Does a firewall drop the packets, or is a proxy needed that is not set?`,
      };
    case 'cut-off':
      return {
        problem,
        message: `Something cuts the connection to ${server.host} off${way} (${code}). A firewall or an inspecting proxy may not let WebSockets or this server through.`,
      };
    case 'unknown':
      return { problem, message: `The server can't be reached: ${reasonOf(error)}.` };
    default:
      return ofTls(problem, code, route, evidence);
  }
}

function ofTls(problem: Problem, code: string, route: Route, evidence: ClockEvidence): Diagnosis {
  const { host } = new URL(route.server);
  if (problem === 'tls-expired' || problem === 'tls-not-yet-valid') {
    const fault = clockFault(evidence);
    if (fault !== undefined) {
      return {
        problem: 'clock-wrong',
        message: `${fault}. So no certificate can be checked, and the client doesn't connect. Set the clock ("fleetmend-client remediate sync-clock", or by hand).`,
      };
    }
    const word = problem === 'tls-expired' ? 'has expired' : 'is not valid yet';
    return {
      problem,
      message: `The certificate of ${host} ${word}: ${clockDoubt(evidence, route.shown)} (${code}). Renew it on the server, or set this machine's clock if that is what is wrong.`,
    };
  }
  switch (problem) {
    case 'tls-unknown-authority':
      return {
        problem,
        message: `The certificate of ${host} comes from an authority that this machine doesn't trust (${code}). Add the authority to the machine's trusted root certificates or enrol with --ca-file; if another certificate than the server's is shown, a proxy or a login page stands in between.`,
      };
    case 'tls-wrong-name':
      return {
        problem,
        message: `The certificate that ${host} shows is for another name (${code}). The server needs one for this name, or the client the other address; or a login page of the network answers in its place.`,
      };
    case 'tls-revoked':
      return {
        problem,
        message: `The certificate of ${host} was revoked (${code}). The server needs a new one.`,
      };
    default:
      return {
        problem,
        message: `No secure connection to ${host} comes about (${code}). Does it speak TLS 1.2 or later on this port?`,
      };
  }
}

function ofProxy(
  { proxy, status, schemes, cause }: ProxyFailed,
  evidence: ClockEvidence,
): Diagnosis {
  const named = `The proxy ${proxy.url} (${proxy.origin})`;
  if (status === 407) {
    const canBasic = schemes.some((scheme) => scheme.toLowerCase() === 'basic');
    const wants = schemes.length > 0 ? ` by ${schemes.join(' or ')}` : '';
    const advice = !canBasic
      ? 'The client can only do Basic authentication: let the proxy pass this machine to the server without.'
      : proxy.credentials
        ? 'It does not take the user and password that are set: set them anew with --proxy-credentials-file.'
        : 'Set user and password with --proxy-credentials-file.';
    return {
      problem: 'proxy-authentication',
      message: `${named} asks for authentication${wants}. ${advice}`,
    };
  }
  if (status !== undefined) {
    return {
      problem: 'proxy-refused',
      message: `${named} refuses to connect to the server (status ${status}). Allow this server and CONNECT to its port on the proxy.`,
    };
  }
  const code = codeOf(cause);
  const isTls = problemOf(code).startsWith('tls-');
  const fault = isTls ? clockFault(evidence) : undefined;
  return {
    problem: 'proxy-unreachable',
    message: `${named} can't be used: ${code === '' ? reasonOf(cause) : code}. ${fault ?? 'Is its address right, and is it running?'}`,
  };
}

function ofAnswer(
  { status, contentType }: { readonly status: number; readonly contentType: string },
  route: Route,
): Diagnosis {
  const { host } = new URL(route.server);
  const isPage = /^(text\/html|application\/xhtml)/i.test(contentType);
  const redirects = status >= 300 && status < 400;
  if (redirects || status === 511 || (isPage && status < 400)) {
    return {
      problem: 'captive-portal',
      message: `Something else answers in the place of ${host} (status ${status}${isPage ? ', a web page' : ''}): a login page of this network, most likely. Sign in to the network, or correct the server's address.`,
    };
  }
  return {
    problem: 'http-status',
    message: `${host} answers with status ${status}, and opens no WebSocket. ${
      status >= 500
        ? 'The server behind its proxy may be down.'
        : 'Is it a FleetMend server, and does the proxy in front of it pass WebSockets for /socket?'
    }`,
  };
}

function problemOf(code: string): Problem {
  const known = NETWORK[code] ?? TLS[code];
  if (known) return known;
  return /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|CRL_|INVALID_CA|PATH_LENGTH|UNABLE_TO_)/.test(code)
    ? 'tls-failed'
    : 'unknown';
}

/** The code of an error, or of the first that lies behind it; empty when there is none. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('name' in error && error.name === 'TimeoutError') return 'ETIMEDOUT';
  if ('code' in error && typeof error.code === 'string') {
    // A request whose time was over is aborted; the reason lies behind.
    return error.code === 'ABORT_ERR' ? 'ETIMEDOUT' : error.code;
  }
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return 'cause' in error ? codeOf(error.cause) : '';
}
