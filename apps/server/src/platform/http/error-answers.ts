import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ApiError } from '@fleetmend/dashboard-api';
import type { Response } from 'express';
import { asRequestError, ERROR_CODES } from '../errors';
import { Logger } from '../logging';
import type { ServerRequest } from './access';

/** Answers everything that is thrown with an {@link ApiError}, and logs it as loud as its code is. */
@Catch()
export class ErrorAnswers implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') {
      this.logger.error({ err: thrown }, 'a socket message failed');
      return;
    }
    const request = host.switchToHttp().getRequest<ServerRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = asRequestError(thrown);
    const { status, level } = ERROR_CODES[error.code];
    this.logger.log(
      level,
      {
        requestId: request.requestId,
        code: error.code,
        method: request.method,
        path: request.path,
        ...(status >= 500 && { err: error.cause ?? error }),
      },
      `refused: ${error.message}`,
    );
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.retryAfterSeconds !== undefined) {
      response.setHeader('retry-after', Math.ceil(error.retryAfterSeconds));
    }
    const body: ApiError = {
      code: error.code,
      message: error.message,
      ...(error.problems && { problems: [...error.problems] }),
      ...(request.requestId !== undefined && { requestId: request.requestId }),
    };
    response.status(status).json(body);
  }
}
