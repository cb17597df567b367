import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Logger } from './logger';

/** Offers the log of the process to everything. */
@Global()
@Module({})
export class LoggingModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: LoggingModule,
      providers: [{ provide: Logger, useValue: logger }],
      exports: [Logger],
    };
  }
}
