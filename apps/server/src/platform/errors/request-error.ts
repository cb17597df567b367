import type { ErrorCode } from './error-codes';

/** What is wrong with one field of a request. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** A request is refused, for a reason that the caller may know. Anything else that is thrown is a fault of ours. */
export class RequestError extends Error {
  readonly problems: readonly Problem[] | undefined;
  /** After how long another try may succeed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: {
      readonly problems?: readonly Problem[];
      readonly retryAfterSeconds?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RequestError';
    this.problems = options.problems;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The usual answer for an id that names nothing. `noun` as in "machine". */
export function notFound(noun: string): RequestError {
  return new RequestError('not-found', `There is no such ${noun}.`);
}
