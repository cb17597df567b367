import type { NestExpressApplication } from '@nestjs/platform-express';
import { API_PREFIX } from '@fleetmend/dashboard-api';
import type { NextFunction, Request, Response } from 'express';
import { resolve } from 'node:path';
import type { Config } from '../config';
import type { Logger } from '../logging';
import { apiDocs, DOCS_PATH, swaggerDirectory } from './api-docs';
import { dashboardFileOptions, dashboardPage } from './dashboard-files';
import { requestLog } from './request-log';
import { securityHeaders } from './security-headers';

/** The largest body of a request; the largest one we know is a selection of 10,000 machines. */
const MAX_BODY = '1mb';

/** Sets up what every request passes before it reaches a controller. The application is made without body parser. */
export function configureHttp(app: NestExpressApplication, config: Config, logger: Logger): void {
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustedProxies);
  app.set('query parser', 'simple');
  app.use(requestLog(logger));
  app.use(securityHeaders(config.secureCookies));
  app.use(API_PREFIX, neverCached);
  app.useBodyParser('json', { limit: MAX_BODY });
  app.setGlobalPrefix(API_PREFIX);
  app.use(apiDocs());
  app.useStaticAssets(swaggerDirectory(), { prefix: DOCS_PATH, index: false, redirect: false });
  const dashboard = config.dashboardDirectory ?? besideTheBundle();
  app.useStaticAssets(dashboard, dashboardFileOptions);
  app.use(dashboardPage(dashboard));
}

/** The server is built to dist/apps/server, the dashboard to dist/apps/dashboard/browser. */
function besideTheBundle(): string {
  return resolve(import.meta.dirname, '../dashboard/browser');
}

function neverCached(_: Request, response: Response, next: NextFunction): void {
  response.setHeader('cache-control', 'no-store');
  next();
}
