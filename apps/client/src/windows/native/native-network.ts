import { type Network, type NetworkCost, type WindowsProxySettings } from '../network';
import { type Registry, Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction, type Pointer } from './bridge';
import { networkCost } from './native-network-cost';

const NO_PROXY = 1;
const NAMED_PROXY = 3;
/** WINHTTP_PROXY_INFO on 64 bits: access type, padding, proxies, bypass. */
const PROXY_INFO_SIZE = 24;
/** WINHTTP_AUTOPROXY_OPTIONS on 64 bits. */
const AUTOPROXY_SIZE = 32;
const AUTO_DETECT = 0x1;
const CONFIG_URL = 0x2;
const BY_DHCP_AND_DNS = 0x1 | 0x2;
const ANY_FAMILY = 0;
const SUCCESS = 0;

const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';
const SETTINGS = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings';

type Notify = NativeFunction<[number, bigint, null, number, Buffer], number>;

/** The network through winhttp, iphlpapi, the registry and the network list manager. */
export class NativeNetwork implements Network {
  /** The type of callbacks, which has to be declared once. */
  private notice: ReturnType<Bridge['koffi']['proto']> | undefined;

  constructor(
    private readonly bridge: Bridge,
    private readonly registry: Registry,
  ) {}

  onChange(listener: () => void): () => void {
    const { koffi } = this.bridge;
    this.notice ??= koffi.proto('void FleetMendNetworkChanged(void *context, void *row, int kind)');
    const callback = koffi.register(() => {
      listener();
    }, 'FleetMendNetworkChanged *');
    const handles: bigint[] = [];
    let refusal = SUCCESS;
    for (const name of ['NotifyUnicastIpAddressChange', 'NotifyIpInterfaceChange']) {
      const notify: Notify = this.bridge.bind(
        'iphlpapi',
        `uint32 ${name}(uint16 family, void *callback, void *context, uint8 initial, void *handle)`,
      );
      const handle = Buffer.alloc(8);
      const answer = notify(ANY_FAMILY, koffi.address(callback), null, 0, handle);
      if (answer === SUCCESS) handles.push(handle.readBigUInt64LE(0));
      else refusal = answer;
    }
    if (handles.length === 0) {
      koffi.unregister(callback);
      throw this.bridge.error('NotifyIpInterfaceChange', refusal);
    }
    return () => {
      void this.endNotices(handles).then(() => {
        koffi.unregister(callback);
      });
    };
  }

  async proxySettings(): Promise<WindowsProxySettings | undefined> {
    return this.winHttpSettings() ?? (await this.policySettings());
  }

  async automaticProxy(
    url: string,
    script: string | undefined,
  ): Promise<WindowsProxySettings | undefined> {
    const open: NativeFunction<[string, number, null, null, number], Pointer> = this.bridge.bind(
      'winhttp',
      'void *WinHttpOpen(str16 agent, uint32 access, void *proxy, void *bypass, uint32 flags)',
    );
    const session = open('FleetMend', NO_PROXY, null, null, 0);
    if (session === null) throw this.bridge.error('WinHttpOpen');
    try {
      const info = Buffer.alloc(PROXY_INFO_SIZE);
      if (!(await this.ask(session, url, script, info))) {
        // Nobody announces a proxy. A script that was named but gives no answer is another matter.
        if (script === undefined) return undefined;
        throw new Unavailable('The proxy script', `"${script}" gave no answer`);
      }
      const found = this.takeInfo(info);
      const origin = script === undefined ? 'announced by the network' : `by the script ${script}`;
      return found && { ...found, origin };
    } finally {
      const close: NativeFunction<[bigint], number> = this.bridge.bind(
        'winhttp',
        'int WinHttpCloseHandle(void *handle)',
      );
      close(session);
    }
  }

  cost(): Promise<NetworkCost> {
    return networkCost(this.bridge);
  }

  /** Waits for notices that are under way, so not on this thread, which they need. */
  private async endNotices(handles: readonly bigint[]): Promise<void> {
    const cancel: NativeFunction<[bigint], number> = this.bridge.bind(
      'iphlpapi',
      'uint32 CancelMibChangeNotify2(void *handle)',
    );
    for (const handle of handles) {
      if (handle !== 0n) await inBackground(cancel, handle);
    }
  }

  /** What `netsh winhttp set proxy` has set. */
  private winHttpSettings(): WindowsProxySettings | undefined {
    const read: NativeFunction<[Buffer], number> = this.bridge.bind(
      'winhttp',
      'int WinHttpGetDefaultProxyConfiguration(void *info)',
    );
    const info = Buffer.alloc(PROXY_INFO_SIZE);
    if (read(info) === 0) throw this.bridge.error('WinHttpGetDefaultProxyConfiguration');
    const found = this.takeInfo(info);
    return found && { ...found, origin: 'set for WinHTTP' };
  }

  /** Settings that a policy has made those of the machine; those of users are no business of a service. */
  private async policySettings(): Promise<WindowsProxySettings | undefined> {
    if ((await this.registry.read(POLICY, 'ProxySettingsPerUser')) !== 0) return undefined;
    const text = async (name: string) => {
      const value = await this.registry.read(SETTINGS, name);
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const isOn = (await this.registry.read(SETTINGS, 'ProxyEnable')) === 1;
    const [proxies, script] = [
      isOn ? await text('ProxyServer') : undefined,
      await text('AutoConfigURL'),
    ];
    if (proxies === undefined && script === undefined) return undefined;
    return { proxies, bypass: await text('ProxyOverride'), script, origin: 'by policy' };
  }

  private async ask(
    session: bigint,
    url: string,
    script: string | undefined,
    info: Buffer,
  ): Promise<boolean> {
    const call: NativeFunction<[bigint, string, Buffer, Buffer], number> = this.bridge.bind(
      'winhttp',
      'int WinHttpGetProxyForUrl(void *session, str16 url, void *options, void *info)',
    );
    // The options and the address that they point to, in one block: so they live as long as the call.
    const address = Buffer.from(`${script ?? ''}\0`, 'utf16le');
    const options = Buffer.concat([Buffer.alloc(AUTOPROXY_SIZE), address]);
    options.writeUInt32LE(script === undefined ? AUTO_DETECT : CONFIG_URL, 0);
    if (script === undefined) options.writeUInt32LE(BY_DHCP_AND_DNS, 4);
    else options.writeBigUInt64LE(this.bridge.koffi.address(options) + BigInt(AUTOPROXY_SIZE), 8);
    return (await inBackground(call, session, url, options, info)) !== 0;
  }

  /** Reads a WINHTTP_PROXY_INFO and frees what it points to. */
  private takeInfo(info: Buffer): Omit<WindowsProxySettings, 'origin'> | undefined {
    const free: NativeFunction<[bigint], Pointer> = this.bridge.bind(
      'kernel32',
      'void *GlobalFree(void *memory)',
    );
    const [proxies, bypass] = [8, 16].map((at) => {
      const pointer = info.readBigUInt64LE(at);
      if (pointer === 0n) return undefined;
      const text = this.bridge.koffi.decode.string16(pointer);
      free(pointer);
      return text;
    });
    if (info.readUInt32LE(0) !== NAMED_PROXY || proxies === undefined) return undefined;
    return { proxies, bypass };
  }
}
