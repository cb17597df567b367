import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SntpServers } from './sntp';

/** The server is a real one, on UDP of this computer; what it says is up to each test. */
let server: Socket;
let answer: (request: Buffer) => Buffer | undefined;

beforeEach(async () => {
  server = createSocket('udp4');
  server.on('message', (request, from) => {
    const packet = answer(request);
    if (packet) server.send(packet, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

const ask = (now = Date.now, timeoutMs = 2_000) =>
  new SntpServers({ now: () => new Date(now()) }, server.address().port, timeoutMs).offsetMs(
    '127.0.0.1',
  );

/** An answer as of a server whose clock shows `at`. */
function saying(at: number, change: (packet: Buffer) => void = () => undefined) {
  return (request: Buffer) => {
    const packet = Buffer.alloc(48);
    packet.writeUInt8(0x24, 0);
    packet.writeUInt8(2, 1);
    request.copy(packet, 24, 40, 48);
    for (const place of [32, 40]) {
      const seconds = at / 1000 + 2_208_988_800;
      packet.writeUInt32BE(Math.floor(seconds) % 2 ** 32, place);
      packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), place + 4);
    }
    change(packet);
    return packet;
  };
}

describe('SntpServers', () => {
  it.each([
    ['a clock that is right', 0],
    ['one that is 90 seconds behind', 90_000],
    ['one that is three days ahead', -3 * 86_400_000],
    ['one that is ten years behind', 10 * 365 * 86_400_000],
  ])('measures %s', async (_, offset) => {
    const fixed = Date.UTC(2026, 10, 21, 8);
    answer = saying(fixed + offset);
    const measured = await ask(() => fixed);
    // The way there and back is real.
    expect(Math.abs(measured - offset)).toBeLessThan(1_000);
  });

  it('reads times of after 2036, when the seconds begin anew', async () => {
    const later = Date.UTC(2040, 0, 1);
    answer = saying(later);
    expect(Math.abs(await ask(() => later))).toBeLessThan(1_000);
  });

  it.each<[string, (packet: Buffer) => void, RegExp]>([
    ['says that it is not synchronised', (packet) => packet.writeUInt8(0xe4, 0), /not know/],
    ['has a stratum of nobody', (packet) => packet.writeUInt8(16, 1), /not know/],
    ['asks to be left alone', (packet) => packet.writeUInt8(0, 1), /not want/],
  ])('does not believe a server that %s', async (_, change, words) => {
    answer = saying(Date.now(), change);
    await expect(ask()).rejects.toThrow(words);
  });

  it.each<[string, () => (request: Buffer) => Buffer | undefined]>([
    ['nothing', () => () => undefined],
    ['half a packet', () => (request) => request.subarray(0, 20)],
    [
      'what was asked by somebody else',
      () => saying(Date.now(), (packet) => packet.fill(7, 24, 32)),
    ],
    ['what is no answer', () => saying(Date.now(), (packet) => packet.writeUInt8(0x23, 0))],
  ])('takes %s for no answer', async (_, make) => {
    answer = make();
    await expect(ask(Date.now, 50)).rejects.toThrow('did not answer within 50 ms');
  });

  it.each(['', 'a b', '-x', 'x;y', '../etc', 'a'.repeat(300)])('asks no "%s"', async (host) => {
    const servers = new SntpServers({ now: () => new Date() }, server.address().port);
    await expect(servers.offsetMs(host)).rejects.toThrow('no name of a computer');
  });
});
