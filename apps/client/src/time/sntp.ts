import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type Clock } from '../clock';
import { type TimeServers } from './time-servers';

const NTP_PORT = 123;
const PACKET_SIZE = 48;
/** No warning, version 4, a client asks. */
const REQUEST = 0x23;
const MODE_SERVER = 4;
const NOT_SYNCHRONISED = 3;
const HIGHEST_STRATUM = 15;
const TIMEOUT_MS = 3_000;
/** Between 1900, from which NTP counts, and 1970. */
const EPOCH_MS = 2_208_988_800_000;
/** NTP's seconds begin anew in 2036; a value of the lower half is one of after that. */
const ERA_MS = 2 ** 32 * 1000;

const [ORIGINATE, RECEIVE, TRANSMIT] = [24, 32, 40];

/** Names and addresses, and nothing that could mean something else to a resolver. */
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.:_-]{0,252}[A-Za-z0-9])?$/;

/**
 * Simple Network Time Protocol (RFC 4330): a question by UDP, from a port of its own, so that it disturbs Windows' own
 * time service in nothing. What it answers is a measurement; no clock is set by it.
 */
export class SntpServers implements TimeServers {
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly port = NTP_PORT,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  offsetMs(host: string): Promise<number> {
    if (!HOST.test(host)) return Promise.reject(new Error(`"${host}" is no name of a computer.`));
    return new Promise((resolve, reject) => {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      const timer = setTimeout(() => {
        end(new Error(`${host} did not answer within ${this.timeoutMs} ms.`));
      }, this.timeoutMs);
      const end = (outcome: number | Error) => {
        clearTimeout(timer);
        socket.close();
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      // Whoever can't see the question can't answer it: the server repeats these bytes.
      const cookie = randomBytes(8);
      let sentAt = 0;
      let sent = 0;
      socket.once('error', (error) => {
        end(new Error(`${host} could not be asked: ${error.message}`));
      });
      socket.on('message', (packet) => {
        const elapsed = performance.now() - sent;
        const answer = readAnswer(packet, cookie);
        if (answer === undefined) return;
        if (answer instanceof Error) end(new Error(`${host} ${answer.message}`));
        // What the way there and back took, as far as the server did not take it, is shared by halves.
        else end((answer.received - sentAt + (answer.transmitted - (sentAt + elapsed))) / 2);
      });
      socket.connect(this.port, host, () => {
        const packet = Buffer.alloc(PACKET_SIZE);
        packet.writeUInt8(REQUEST, 0);
        cookie.copy(packet, TRANSMIT);
        sentAt = this.clock.now().getTime();
        sent = performance.now();
        socket.send(packet);
      });
    });
  }
}

/** Undefined: it is no answer to our question. */
function readAnswer(
  packet: Buffer,
  cookie: Buffer,
): { received: number; transmitted: number } | Error | undefined {
  if (packet.length < PACKET_SIZE || (packet.readUInt8(0) & 7) !== MODE_SERVER) return undefined;
  if (!packet.subarray(ORIGINATE, ORIGINATE + 8).equals(cookie)) return undefined;
  const stratum = packet.readUInt8(1);
  if (stratum === 0) return new Error('does not want to be asked.');
  if (stratum > HIGHEST_STRATUM || packet.readUInt8(0) >> 6 === NOT_SYNCHRONISED)
    return new Error('does not know the time itself.');
  return { received: timestamp(packet, RECEIVE), transmitted: timestamp(packet, TRANSMIT) };
}

function timestamp(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at);
  const fraction = packet.readUInt32BE(at + 4) / 2 ** 32;
  const era = seconds < 2 ** 31 ? ERA_MS : 0;
  return (seconds + fraction) * 1000 + era - EPOCH_MS;
}
