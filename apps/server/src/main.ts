import 'reflect-metadata';
import { type Config, ConfigError, readConfig } from './platform/config';
import { DatabaseUnavailable } from './platform/database';
import { Logger } from './platform/logging';
import { type RunningServer, startServer } from './server';

/** How often it is checked whether the process that started us still lives, in ms. */
const PARENT_CHECK = 500;

/** Resolves when someone asks the server to end. */
function untilAsked(config: Config): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        // Who asks twice does not want to wait.
        if (asked) process.exit(1);
        asked = true;
        resolve();
      });
    }
    if (!config.watchParent) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, PARENT_CHECK).unref();
  });
}

/** Why the server can't start, in words for the person who started it; undefined for what nobody foresaw. */
function reasonOf(error: unknown, config: Config): string | undefined {
  if (error instanceof DatabaseUnavailable) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const address = `${config.host}:${config.port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${config.port} is in use. Stop the other program, or choose a port with PORT=3001.`;
    case 'EACCES':
      return 'syscall' in error && error.syscall === 'listen'
        ? `This user may not listen at ${address}. Choose a port above 1023 with PORT=3001.`
        : error.message;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This computer has no address ${config.host}. Choose another one with HOST.`;
    default:
      return undefined;
  }
}

function refuse(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`FleetMend can't start: ${line}\n`);
  process.exitCode = 1;
}

function greet({ url, setupLink }: RunningServer): void {
  const lines = [`FleetMend is ready at ${url}`];
  if (setupLink !== null) {
    lines.push(`There is no administrator yet. Make the first one at ${setupLink}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function main(): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    refuse(...error.faults);
    return;
  }
  const logger = Logger.open(config.logLevel);
  const asked = untilAsked(config);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.log('fatal', { err: error }, 'a fault of the server itself; stopping');
      process.exitCode = 1;
      process.emit('SIGTERM', 'SIGTERM');
    });
  }
  try {
    const server = await startServer(config, logger);
    greet(server);
    await asked;
    await server.stop();
  } catch (error) {
    const reason = reasonOf(error, config);
    if (reason === undefined) logger.log('fatal', { err: error }, 'the server ends by a fault');
    refuse(reason ?? (error instanceof Error ? error.message : String(error)));
  }
  // Whatever still holds the process alive has nothing left to do.
  process.exit();
}

await main();
