import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { API_PREFIX, apiErrorSchema } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import { ACCESS, type Access } from './access';
import { type RouteDocument, routeDocument } from './documented';

type Controller = new (...args: never[]) => object;
type Json = Readonly<Record<string, unknown>>;

/** One route as Nest and our decorators know it. `path` is within {@link API_PREFIX}, in OpenAPI's spelling. */
export interface Route {
  readonly name: string;
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly document: RouteDocument;
}

/** All routes of these controllers. */
export function routesOf(controllers: readonly Controller[]): Route[] {
  const scanner = new MetadataScanner();
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, object>>;
    const root = String(Reflect.getMetadata(PATH_METADATA, controller));
    return scanner.getAllMethodNames(prototype).flatMap((name): Route[] => {
      const handler = prototype[name];
      if (handler === undefined) return [];
      const path: unknown = Reflect.getMetadata(PATH_METADATA, handler);
      if (typeof path !== 'string') return [];
      const method = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))];
      return [
        {
          name: `${controller.name}.${name}`,
          tag: root.split('/')[0] ?? root,
          method: String(method).toLowerCase(),
          path: `/${root}/${path}`
            .replace(/\/+/g, '/')
            .replace(/(.)\/$/, '$1')
            .replace(/:(\w+)/g, '{$1}'),
          access: accessOf(handler) ?? accessOf(controller) ?? 'viewer',
          document: routeDocument(prototype, name),
        },
      ];
    });
  });
}

function accessOf(target: object): Access | undefined {
  return Reflect.getMetadata(ACCESS, target) as Access | undefined;
}

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    (paths[`${API_PREFIX}${route.path}`] ??= {})[route.method] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'FleetMend',
      version,
      description: 'Which Windows updates fail in a fleet, and their remediation.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'fleetmend_session' },
      },
      schemas: { Error: jsonSchema(apiErrorSchema, 'output') },
    },
  };
}

function operation({ name, tag, access, method, document }: Route): Json {
  const status = document.status ?? (document.answer === undefined ? 204 : 200);
  const changes = method !== 'get' && access !== 'public';
  return {
    operationId: name.replace('Controller', ''),
    tags: [tag],
    summary: document.summary,
    ...(access !== 'public' && {
      description: `Needs the role ${access}.${changes ? ' Needs the header x-fleetmend-csrf.' : ''}`,
      security: [{ session: [] }],
    }),
    parameters: [
      ...Object.entries(document.params ?? {}).map(([parameter, schema]) => ({
        name: parameter,
        in: 'path',
        required: true,
        schema: jsonSchema(schema, 'input'),
      })),
      ...queryParameters(document.query),
    ],
    ...(document.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: jsonSchema(document.body, 'input') } },
      },
    }),
    responses: {
      [status]: {
        description: status === 204 ? 'Done.' : 'The answer.',
        ...answerContent(document.answer),
      },
      default: {
        description: 'The request is refused.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function answerContent(answer: RouteDocument['answer']): Json {
  if (answer === undefined) return {};
  if (typeof answer === 'string') return { content: { [answer]: { schema: { type: 'string' } } } };
  return { content: { 'application/json': { schema: jsonSchema(answer, 'output') } } };
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (!(query instanceof z.ZodObject)) return [];
  return Object.entries(query.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: jsonSchema(schema, 'input'),
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(json).filter(([name]) => name !== '$schema'));
}
