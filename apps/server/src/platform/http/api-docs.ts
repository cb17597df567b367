import type { NextFunction, Request, Response } from 'express';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { API_PREFIX } from '@fleetmend/dashboard-api';

export const DOCS_PATH = '/api/docs';

/** Where Swagger UI's own files lie. */
export function swaggerDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>FleetMend API</title>
    <link rel="icon" href="${DOCS_PATH}/favicon-32x32.png" />
    <link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
    <script src="${DOCS_PATH}/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '${API_PREFIX}/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** The page of the documents and the script that starts it; the rest are Swagger UI's files. */
export function apiDocs() {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.path === DOCS_PATH || request.path === `${DOCS_PATH}/`) {
      response.type('html').send(PAGE);
    } else if (request.path === `${DOCS_PATH}/start.js`) {
      response.type('js').send(START);
    } else {
      next();
    }
  };
}
