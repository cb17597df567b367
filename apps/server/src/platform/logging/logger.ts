import { Injectable, type LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import type { LogLevel } from '../config';
import { readableLines } from './readable-lines';

/** Names of fields that never reach the log, wherever they stand. */
const SECRETS = ['password', 'token', 'secret', 'proof', 'cookie', 'authorization', 'csrfToken'];

type Fields = Readonly<Record<string, unknown>>;

/** Structured log: fields first, then what happened, in words. JSON, or readable lines on a terminal. */
@Injectable()
export class Logger {
  private constructor(private readonly pino: Pino) {}

  /** Makes the log of the process. `destination` is for tests. */
  static open(level: LogLevel, destination?: DestinationStream): Logger {
    return new Logger(
      pino(
        {
          level,
          base: null,
          timestamp: pino.stdTimeFunctions.isoTime,
          formatters: { level: (label) => ({ level: label }) },
          redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
        },
        destination ?? (process.stdout.isTTY ? readableLines(process.stdout) : process.stdout),
      ),
    );
  }

  log(level: LogLevel, fields: Fields, message: string): void {
    if (level !== 'silent') this.pino[level](fields, message);
  }
  error(fields: Fields, message: string): void {
    this.pino.error(fields, message);
  }
  warn(fields: Fields, message: string): void {
    this.pino.warn(fields, message);
  }
  info(fields: Fields, message: string): void {
    this.pino.info(fields, message);
  }
  debug(fields: Fields, message: string): void {
    this.pino.debug(fields, message);
  }

  /** The same log in the shape that Nest wants; what Nest says of its start is detail. */
  forNest(): LoggerService {
    const say =
      (level: LogLevel) =>
      (message: unknown, ...rest: unknown[]) => {
        this.log(level, rest.length > 0 ? { context: rest.at(-1) } : {}, String(message));
      };
    return {
      log: say('debug'),
      error: (message: unknown, ...rest: unknown[]) => {
        // What made the start fail is thrown as well, and whoever started the server is told.
        say(rest.at(-1) === 'ExceptionHandler' ? 'debug' : 'error')(message, ...rest);
      },
      warn: say('warn'),
      debug: say('debug'),
      verbose: say('trace'),
      fatal: say('fatal'),
    };
  }
}
