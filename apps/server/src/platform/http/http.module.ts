import { Module } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { ErrorAnswers } from './error-answers';
import { OpenApiController } from './openapi.controller';

@Module({
  imports: [DiscoveryModule],
  controllers: [OpenApiController],
  providers: [{ provide: APP_FILTER, useClass: ErrorAnswers }],
})
export class HttpModule {}
