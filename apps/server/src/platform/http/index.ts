export * from './access';
export * from './configure-http';
export * from './documented';
export * from './http.module';
export { OpenApiController } from './openapi.controller';
export * from './origin';
export * from './valid';
