import 'reflect-metadata';
import type { ZodType } from 'zod';

/** What the OpenAPI document says of one route. */
export interface RouteDocument {
  readonly summary?: string;
  /** Undefined = 204, no content; a string = that media type. */
  readonly answer?: ZodType | string | undefined;
  readonly status?: number;
  readonly body?: ZodType;
  readonly query?: ZodType;
  readonly params?: Readonly<Record<string, ZodType>>;
}

const ROUTE_DOCUMENT = Symbol('route document');

/** Describes a route for the OpenAPI document. Body, query and parameters are known from their own decorators. */
export function Documented(document: Pick<RouteDocument, 'summary' | 'answer' | 'status'>) {
  return (target: object, method: string | symbol): void => {
    documentRoute(target, method, document);
  };
}

/** Adds to what is known of the route `method` of the controller with the prototype `target`. */
export function documentRoute(target: object, method: string | symbol, part: RouteDocument): void {
  const known = routeDocument(target, method);
  const params = { ...known.params, ...part.params };
  Reflect.defineMetadata(ROUTE_DOCUMENT, { ...known, ...part, params }, target, method);
}

/** What is known of a route; empty when it isn't documented. */
export function routeDocument(target: object, method: string | symbol): RouteDocument {
  return (Reflect.getMetadata(ROUTE_DOCUMENT, target, method) ?? {}) as RouteDocument;
}
