import type { NextFunction, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../logging';
import type { ServerRequest } from './access';

/** Gives each request an id, which its answer and its log lines carry, and logs how it ended. Never the query. */
export function requestLog(logger: Logger) {
  return (request: ServerRequest, response: Response, next: NextFunction): void => {
    const requestId = randomUUID();
    const began = performance.now();
    const { path, method } = request;
    request.requestId = requestId;
    response.setHeader('x-request-id', requestId);
    response.on('finish', () => {
      const ms = Math.round(performance.now() - began);
      logger.debug({ requestId, method, path, status: response.statusCode, ms }, 'request');
    });
    next();
  };
}
