import * as fc from 'fast-check';
import { type ClockEvidence } from './clock-evidence';
import { diagnose, NoAnswer } from './diagnosis';
import { proxyOf } from './proxy';
import { Route } from './route';
import { UnexpectedAnswer } from './transport';
import { ProxyFailed } from './tunnel';

const route = new Route('https://fleet.example', undefined);
const evidence: ClockEvidence = {
  now: new Date('2026-11-28'),
  builtAt: new Date('2026-11-20'),
  lastServerTime: undefined,
};
const withCode = (code: string) => Object.assign(new Error('x'), { code });
const answered = (status: number, contentType = '') =>
  new UnexpectedAnswer({ status, contentType, date: undefined, retryAfterSeconds: undefined });

describe('diagnose', () => {
  const proxy = proxyOf('http://u:secret@proxy.example:8080', 'the environment');
  const cases: readonly [error: unknown, problem: string, words: string][] = [
    [withCode('ENOTFOUND'), 'dns', "fleet.example can't be resolved"],
    [withCode('EAI_AGAIN'), 'dns', 'DNS server'],
    [withCode('ECONNREFUSED'), 'refused', 'Is the server running'],
    [new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]), 'refused', ''],
    [withCode('ENETUNREACH'), 'no-route', 'Is the network connected'],
    [new NoAnswer(), 'timeout', "doesn't answer"],
    [AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError'), 'timeout', ''],
    [withCode('ECONNRESET'), 'cut-off', 'firewall'],
    [new Error('outer', { cause: withCode('ECONNRESET') }), 'cut-off', ''],
    [answered(302), 'captive-portal', 'login page'],
    [answered(200, 'text/html; charset=utf-8'), 'captive-portal', 'a web page'],
    [answered(511), 'captive-portal', ''],
    [answered(502, 'text/html'), 'http-status', 'may be down'],
    [answered(404), 'http-status', 'Is it a FleetMend server'],
    [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'tls-unknown-authority', '--ca-file'],
    [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls-wrong-name', 'another name'],
    [withCode('CERT_REVOKED'), 'tls-revoked', 'new one'],
    [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls-failed', 'TLS 1.2'],
    [withCode('EPROTO'), 'tls-failed', ''],
    [new ProxyFailed(proxy, 407, ['Basic']), 'proxy-authentication', 'does not take the user'],
    [new ProxyFailed(proxy, 407, ['NTLM']), 'proxy-authentication', 'only do Basic'],
    [new ProxyFailed(proxy, 403), 'proxy-refused', 'status 403'],
    [
      new ProxyFailed(proxy, undefined, [], { cause: withCode('ECONNREFUSED') }),
      'proxy-unreachable',
      'http://proxy.example:8080 (the environment)',
    ],
    ['what?', 'unknown', 'what?'],
    [undefined, 'unknown', ''],
  ];
  it.each(cases.map(([error, problem, words]) => [problem, words, error] as const))(
    'finds %s: %j',
    (problem, words, error) => {
      const found = diagnose(error, route, evidence);
      expect(found.problem).toBe(problem);
      expect(found.message).toContain(words);
      expect(found.message).not.toContain('secret');
    },
  );

  it('names the clock when it is certainly the clock', () => {
    const at = (now: string, lastServerTime?: string) =>
      diagnose(withCode('CERT_NOT_YET_VALID'), route, {
        ...evidence,
        now: new Date(now),
        lastServerTime: lastServerTime === undefined ? undefined : new Date(lastServerTime),
      });
    expect(at('2019-01-01')).toMatchObject({
      problem: 'clock-wrong',
      message: expect.stringContaining(
        "This machine's clock says 2019-01-01, but this client was built on 2026-11-20: the clock is behind by years.",
      ) as string,
    });
    expect(at('2026-12-01', '2027-01-10').message).toContain(
      'the server said 2027-01-10 when it was last connected: the clock is behind by 40 days',
    );
    expect(at('2099-01-01').problem).toBe('clock-wrong');
    expect(at('2026-12-01').problem).toBe('tls-not-yet-valid');
    expect(at('2026-12-01').message).toContain("this machine's clock says 2026-12-01");
  });

  it('says of any error one thing, in words', () => {
    fc.assert(
      fc.property(fc.anything(), (error) => {
        expect(diagnose(error, route, evidence).message.length).toBeGreaterThan(10);
      }),
    );
  });
});
