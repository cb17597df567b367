import { HttpErrorResponse } from '@angular/common/http';
import { apiErrorSchema } from '@fleetmend/dashboard-api';

/** What is wrong with one field of a refused request; `path` as in the request's body. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * A request that did not do what it should. `code` is the server's, or one of ours: `unreachable` (no answer),
 * `unexpected-answer` (an answer that breaks the contract), `failed` (an error without a readable body).
 */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    /** For people; always shown as it is. */
    message: string,
    readonly status = 0,
    readonly problems: readonly Problem[] = [],
    readonly requestId: string | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Makes an {@link ApiError} of whatever a request threw. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof HttpErrorResponse)) {
    return new ApiError('failed', error instanceof Error ? error.message : 'Something went wrong.');
  }
  if (error.status === 0) {
    return new ApiError(
      'unreachable',
      'No answer from the server. Is it running, and is the network up?',
    );
  }
  const body = apiErrorSchema.safeParse(error.error);
  if (body.success) {
    const { code, message, problems, requestId } = body.data;
    return new ApiError(code, message, error.status, problems ?? [], requestId ?? null);
  }
  if (error.status >= 200 && error.status < 300) {
    return new ApiError(
      'unexpected-answer',
      'The server sent something that is not JSON.',
      error.status,
    );
  }
  return new ApiError('failed', `The server answered with ${error.status}.`, error.status);
}
