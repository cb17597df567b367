import type { NextFunction, Request, Response } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+$/;
const ONE_YEAR = 'public, max-age=31536000, immutable';

/** Options for the built files: those with a hash in their name never change, the others are asked for each time. */
export const dashboardFileOptions = {
  index: false,
  redirect: false,
  setHeaders(response: { setHeader(name: string, value: string): unknown }, path: string): void {
    response.setHeader('cache-control', HASHED.test(path) ? ONE_YEAR : 'no-cache');
  },
} as const;

/** Answers every address of the dashboard with its one page: the router in the browser knows the rest. */
export function dashboardPage(directory: string) {
  const page = join(directory, 'index.html');
  return (request: Request, response: Response, next: NextFunction): void => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const ours = /^\/(api|socket)(\/|$)/.test(request.path);
    // A path whose last part has a dot is a file that isn't there.
    if (!reads || ours || /\.[^/]*$/.test(request.path)) {
      next();
    } else if (existsSync(page)) {
      response.setHeader('cache-control', 'no-cache');
      response.sendFile(page, { dotfiles: 'allow' }, (error?: Error) => {
        if (error) next(error);
      });
    } else {
      response
        .status(404)
        .type('text/plain')
        .send('The dashboard is not built. The API is at /api/v1, its documents at /api/docs.\n');
    }
  };
}
