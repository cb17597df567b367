import { Controller, Get } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import * as z from 'zod';
import { VERSION } from '../config';
import { Public } from './access';
import { Documented } from './documented';
import { openApiDocument, type Route, routesOf } from './openapi';

/** What the API offers, made of the same schemas that check it. */
@Controller('openapi.json')
export class OpenApiController {
  private document: ReturnType<typeof openApiDocument> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** All routes of the server. */
  routes(): Route[] {
    const controllers = this.discovery.getControllers().map((wrapper) => wrapper.metatype);
    return routesOf(controllers as Parameters<typeof routesOf>[0]);
  }

  @Get()
  @Public()
  @Documented({ summary: 'This document', answer: z.record(z.string(), z.unknown()) })
  read(): ReturnType<typeof openApiDocument> {
    return (this.document ??= openApiDocument(this.routes(), VERSION));
  }
}
