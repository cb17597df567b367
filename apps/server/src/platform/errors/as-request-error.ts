import { HttpException } from '@nestjs/common';
import * as z from 'zod';
import type { ErrorCode } from './error-codes';
import { isUnavailable, sqlState } from '../database';
import { RequestError } from './request-error';

const CODE_OF_STATUS: Readonly<Partial<Record<number, ErrorCode>>> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'throttled',
};

const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  'invalid-request': 'The request can not be read.',
  'not-found': 'There is nothing at this address.',
  'too-large': 'The request is too large.',
  'unsupported-media-type': 'The body must be JSON in UTF-8.',
};

/**
 * Says what anything that was thrown means to the caller: frameworks' own refusals keep their status, bad data that
 * only the database noticed is the caller's fault, a lost database is no fault of the request.
 */
export function asRequestError(thrown: unknown): RequestError {
  if (thrown instanceof RequestError) return thrown;
  if (thrown instanceof z.ZodError) {
    return new RequestError('internal-error', 'Something went wrong here.', { cause: thrown });
  }
  if (isUnavailable(thrown)) {
    return new RequestError(
      'database-unavailable',
      'The database can not be used. Try again soon.',
      {
        cause: thrown,
        retryAfterSeconds: 5,
      },
    );
  }
  // Classes of "data exception" and "program limit exceeded": a NUL in a text, a number out of range.
  if (/^(22|54)/.test(sqlState(thrown) ?? '')) {
    return new RequestError('invalid-request', 'The request holds a value that can not be kept.', {
      cause: thrown,
    });
  }
  const code = CODE_OF_STATUS[statusOf(thrown) ?? 500];
  if (code !== undefined) {
    return new RequestError(code, MESSAGES[code] ?? 'The request is refused.', { cause: thrown });
  }
  return new RequestError('internal-error', 'Something went wrong here.', { cause: thrown });
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  // body-parser and express throw plain errors with `status` and `expose`.
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  if (!('status' in thrown) || !('expose' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}
