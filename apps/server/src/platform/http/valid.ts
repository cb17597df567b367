import { Body, Param, type PipeTransform, Query } from '@nestjs/common';
import { idSchema } from '@fleetmend/dashboard-api';
import type { ZodType } from 'zod';
import { RequestError } from '../errors';
import { documentRoute } from './documented';

/** Parses what came by a schema, or refuses with every problem and where it is. */
class SchemaPipe implements PipeTransform {
  constructor(
    private readonly schema: ZodType,
    private readonly place: string,
  ) {}

  transform(value: unknown): unknown {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.slice(0, 50).map((issue) => ({
      path: [this.place, ...issue.path.map(String)].filter((part) => part !== '').join('.'),
      message: issue.message,
    }));
    throw new RequestError('invalid-request', 'The request is not valid.', { problems });
  }
}

/** The body, parsed by `schema`, which the OpenAPI document shows too. */
export function ValidBody(schema: ZodType): ParameterDecorator {
  return (target, method, index) => {
    if (method !== undefined) documentRoute(target, method, { body: schema });
    Body(new SchemaPipe(schema, ''))(target, method, index);
  };
}

/** The whole query string, parsed by `schema`, which the OpenAPI document shows too. */
export function ValidQuery(schema: ZodType): ParameterDecorator {
  return (target, method, index) => {
    if (method !== undefined) documentRoute(target, method, { query: schema });
    Query(new SchemaPipe(schema, ''))(target, method, index);
  };
}

/** One parameter of the path; a UUID unless `schema` says otherwise. */
export function ValidParam(name: string, schema: ZodType = idSchema): ParameterDecorator {
  return (target, method, index) => {
    if (method !== undefined) documentRoute(target, method, { params: { [name]: schema } });
    Param(name, new SchemaPipe(schema, name))(target, method, index);
  };
}
