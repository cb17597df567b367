import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { built, makeFolder, removeFolder } from './folders';
import { endProcessesOf } from './processes';
import { type Ended, type Program, runProgram } from './program';

/** Who can sign in to a product that was started here. */
export const administrator = { email: 'admin@example.org', password: 'correct horse battery' };

/** The real server with its real database, as a process. */
export interface Product {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly program: Program;
  /** Tells it to stop and waits; the data stays. */
  stop(): Promise<Ended>;
  /** Ends it at once, as a crash would; the data stays. */
  kill(): Promise<Ended>;
  /** Starts it again on the same port and data. */
  restart(): Promise<Product>;
  /** Stops it and deletes its data. */
  dispose(): Promise<void>;
}

/** Options of {@link startProduct}. */
export interface ProductOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: a new one. */
  readonly dataDirectory?: string;
  /** More variables for the server, over the defaults. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the server and waits until it's healthy. Rejects with its output when it ends or takes too long. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const port = options.port ?? (await freePort());
  const dataDirectory = options.dataDirectory ?? join(makeFolder(), 'data');
  const program = runServer({ port, dataDirectory, environment: options.environment ?? {} });
  const url = `http://127.0.0.1:${port}`;
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    program.child.kill(signal);
    const late = setTimeout(() => program.child.kill('SIGKILL'), 30_000);
    const how = await program.ended;
    clearTimeout(late);
    return how;
  };
  try {
    await untilHealthy(url, program);
  } catch (error) {
    await end('SIGTERM');
    throw error;
  }
  return {
    ...{ url, port, dataDirectory, program },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      return startProduct({ ...options, port, dataDirectory });
    },
    dispose: async () => {
      await end('SIGTERM');
      await endProcessesOf(dataDirectory);
      removeFolder(join(dataDirectory, '..'));
    },
  };
}

/** The server's process, not waited for. */
export function runServer(options: Required<ProductOptions>): Program {
  return runProgram(built('apps/server/main.mjs'), [], {
    HOST: '127.0.0.1',
    PORT: String(options.port),
    FLEETMEND_DATA_DIR: options.dataDirectory,
    FLEETMEND_DASHBOARD_DIR: built('apps/dashboard/browser'),
    FLEETMEND_ADMIN_EMAIL: administrator.email,
    FLEETMEND_ADMIN_PASSWORD: administrator.password,
    FLEETMEND_WATCH_PARENT: '1',
    LOG_LEVEL: 'info',
    ...options.environment,
  });
}

/** A port of the loopback address that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

/** Waits until the server answers its health page well. */
export async function untilHealthy(
  url: string,
  program: Program,
  milliseconds = 90_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    if (await isHealthy(url)) return;
    const ended = await Promise.race([delay(100, false), program.ended.then(() => true)]);
    if (ended) throw new Error(`it ended before it was healthy:\n${program.output()}`);
  }
  throw new Error(`not healthy after ${milliseconds} ms:\n${program.output()}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/v1/health`, { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
}
