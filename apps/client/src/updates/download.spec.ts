import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { TestAuthority } from '../../testing/authority';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { TestProxy } from '../../testing/test-proxy';
import { UpdateServer } from '../../testing/update-server';
import { proxyOf } from '../connection/proxy';
import { Route } from '../connection/route';
import { routesFrom } from '../connection/route-finder';
import { keepRoute } from '../connection/route-settings';
import { ServerClock } from '../connection/server-clock';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Vault } from '../state/vault';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Download, type DownloadParts } from './download';

const credentials = { user: 'me', password: 'secret' };
const hasty = { now: () => new Date(), sleep: () => turn() };

/** Real: TLS, the proxy, the settings in the state, files. Not real: Windows, and how long is waited between attempts. */
describe('the download of a release', () => {
  let authority: TestAuthority;
  let server: UpdateServer;
  let proxy: TestProxy;
  let windows: SimulatedWindows;
  let state: State;
  let vault: Vault;
  let file: string;
  let stop: AbortController;

  beforeAll(async () => {
    authority = await TestAuthority.make();
  });
  beforeEach(async () => {
    server = await UpdateServer.start(await authority.issue(['127.0.0.1']));
    proxy = await TestProxy.start();
    const root = temporaryFolder();
    windows = simulatedWindows({ root });
    state = openState(join(root, 'data'), silentLog);
    vault = new Vault(windows.secrets, join(root, 'data'));
    file = join(root, 'release.part');
    stop = new AbortController();
  });
  afterEach(async () => {
    state.close();
    await proxy.close();
    await server.close();
    removeTemporaryFolders();
  });

  const set = (settings: { proxy?: string; authorities?: readonly string[] }) => {
    const all = { proxy: proxy.address, authorities: [authority.certificate], ...settings };
    keepRoute(state, vault, { settings: all, credentials });
  };
  /** Over the ways that the settings and Windows say, unless others are given. */
  const download = (routes?: DownloadParts['routes']) => {
    const { identity, releaseId, content } = server;
    const place = { state, vault, network: windows.network, environment: undefined };
    const parts = {
      ...{ identity, clock: hasty, log: silentLog },
      serverClock: new ServerClock(state, hasty, windows.machine),
      routes: routes ?? routesFrom({ ...place, log: silentLog }),
    };
    const sha256 = createHash('sha256').update(content).digest('hex');
    const release = { sha256, size: content.length };
    const expiresAt = new Date(Date.now() + 3_600_000);
    return new Download(parts, releaseId, release, file, expiresAt).run(stop.signal);
  };
  const tunnels = () => new Set(proxy.asked);
  const host = () => new URL(server.identity.serverUrl).host;

  it('goes through the proxy that is set, trusts the authority that is set, and goes on after a cut', async () => {
    let cuts = 1;
    server.mischief = (_, response) => {
      if (cuts === 0) return false;
      cuts -= 1;
      server.send(response, 0, 100_000);
      return true;
    };
    proxy.credentials = 'me:secret';
    set({});
    expect(await download()).toEqual({ outcome: 'complete' });
    expect(readFileSync(file).equals(server.content)).toBe(true);
    expect(server.asked).toEqual(['-', 'bytes=100000-']);
    expect(proxy.asked).toEqual([host(), host()]);
  });

  it('takes nothing from a server whose authority is not trusted, nor shows it who asks', async () => {
    set({ authorities: [] });
    expect(await download()).toMatchObject({ outcome: 'failed', reason: 'download-failed' });
    expect(tunnels()).toEqual(new Set([host()]));
    expect(server.asked).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it('fails when the proxy that is set lets nothing through, and goes around it by itself never', async () => {
    proxy.manner = { status: 403 };
    set({});
    expect(await download()).toMatchObject({ outcome: 'failed', reason: 'download-failed' });
    expect(server.asked).toEqual([]);
  });

  it('takes the next way when one leads nowhere', async () => {
    proxy.manner = 'hang-up';
    const ways = [proxyOf(proxy.address, 'from Windows'), undefined];
    const waysTo = (url: string) =>
      Promise.resolve(ways.map((one) => new Route(url, one, [authority.certificate])));
    expect(await download({ waysTo })).toEqual({ outcome: 'complete' });
    expect(proxy.asked).toEqual([host()]);
  });

  it('ends when the client ends, although a proxy says nothing', async () => {
    proxy.manner = 'silence';
    set({});
    const downloading = download();
    while (proxy.asked.length === 0) await turn();
    stop.abort();
    expect(await downloading).toEqual({ outcome: 'stopped' });
  });
});
