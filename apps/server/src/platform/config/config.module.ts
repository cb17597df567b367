import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from './config';

/** The token under which the {@link Config} is injected. */
export const CONFIG = Symbol('config');

/** Offers the configuration, read once by `main`, to everything. */
@Global()
@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
