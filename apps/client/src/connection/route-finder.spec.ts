import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { type Log, silentLog } from '../log';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Unavailable } from '../windows/windows';
import { type EnvironmentProxies, RouteFinder } from './route-finder';
import { type RouteSettings } from './route-settings';

const SERVER = 'https://fleet.corp.example';

/** Windows is simulated; what is decided from what it says is real. */
describe('RouteFinder', () => {
  let windows: SimulatedWindows;
  let settings: RouteSettings;
  let environment: EnvironmentProxies;
  let warnings: string[];
  let finder: RouteFinder;

  beforeEach(() => {
    windows = simulatedWindows({ root: temporaryFolder() });
    settings = { proxy: 'system', authorities: [] };
    environment = {};
    warnings = [];
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
    finder = new RouteFinder({
      settings: () => settings,
      credentials: () => ({ user: 'me', password: 'secret' }),
      network: windows.network,
      get environment() {
        return environment;
      },
      log,
    });
  });
  afterEach(removeTemporaryFolders);

  const ways = async (server = SERVER, failed = false) =>
    (await finder.waysTo(server, failed)).map(({ proxy }) => proxy?.url ?? 'directly');

  it('goes directly where nobody says otherwise', async () => {
    expect(await ways()).toEqual(['directly']);
  });

  it('takes what is set for the client before all else', async () => {
    windows.network.settings = { proxies: 'windows:1', origin: 'x' };
    environment = { httpsProxy: 'http://environment:2' };
    settings = { proxy: 'http://set:3', authorities: [] };
    expect(await ways()).toEqual(['http://set:3']);
    expect(await ways('http://localhost:3000')).toEqual(['http://set:3']);
    settings = { proxy: 'none', authorities: [] };
    expect(await ways()).toEqual(['directly']);
  });

  it('takes what Windows says before the environment, all of its proxies in turn', async () => {
    windows.network.settings = { proxies: 'http=a:80;https=b:1;https=c:2', origin: 'x' };
    environment = { httpsProxy: 'http://environment:2' };
    expect(await ways()).toEqual(['http://b:1', 'http://c:2']);
    expect(await ways('http://fleet.example')).toEqual(['http://a']);
    windows.network.settings = { proxies: 'b:1', bypass: '*.corp.example', origin: 'x' };
    expect(await ways()).toEqual(['directly']);
  });

  it('asks the script of a policy, and does without when it gives no answer', async () => {
    windows.network.settings = { script: 'http://wpad/x.pac', proxies: 'b:1', origin: 'x' };
    windows.network.announced = { proxies: 'scripted:1', origin: 'x' };
    expect(await ways()).toEqual(['http://scripted:1']);
    windows.faults.refuse('proxy', new Unavailable('The script', 'x'), { subject: 'automatic' });
    expect(await ways()).toEqual(['http://b:1']);
  });

  it('takes the environment, with its exceptions', async () => {
    environment = {
      httpsProxy: 'http://me:too@p:1',
      httpProxy: 'http://q:2',
      noProxy: 'x.example',
    };
    expect(await ways()).toEqual(['http://p:1']);
    expect(await ways('http://fleet.example')).toEqual(['http://q:2']);
    expect(await ways('https://x.example')).toEqual(['directly']);
    expect((await finder.waysTo(SERVER, false))[0]?.proxy?.credentials?.password).toBe('too');
    environment = { httpsProxy: 'socks5://p:1' };
    expect(await ways()).toEqual(['directly']);
    expect(warnings).toEqual(['The proxy of the environment is not used.']);
  });

  it('asks the network for a proxy only when the direct way has failed', async () => {
    windows.network.announced = { proxies: 'announced:1', origin: 'x' };
    expect(await ways()).toEqual(['directly']);
    expect(await ways(SERVER, true)).toEqual(['directly', 'http://announced:1']);
  });

  it('leads to this machine itself without', async () => {
    windows.network.settings = { proxies: 'b:1', origin: 'x' };
    expect(await ways('http://127.0.0.1:3000')).toEqual(['directly']);
  });

  it('gives the credentials to whichever proxy is used, and says them nowhere', async () => {
    windows.network.settings = { proxies: 'b:1', origin: 'set for WinHTTP' };
    const [way] = await finder.waysTo(SERVER, false);
    expect(way?.proxy?.credentials).toEqual({ user: 'me', password: 'secret' });
    expect(way?.words).toBe('through the proxy http://b:1 (set for WinHTTP)');
  });

  it('says once that Windows can not be asked, and goes on', async () => {
    windows.faults.refuse('proxy', new Unavailable('WinHTTP', 'it is missing'));
    expect(await ways()).toEqual(['directly']);
    expect(await ways()).toEqual(['directly']);
    expect(warnings).toHaveLength(1);
  });
});
