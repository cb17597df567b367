import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { type Config, CONFIG } from '../../platform/config';
import { OrderSigner } from './order-signer';
import { serverIdentity } from './server-identity';

/** The server's key, apart from enrolment, so that whoever signs orders needs no more than this. */
@Module({
  providers: [
    {
      provide: OrderSigner,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new OrderSigner(serverIdentity(join(config.dataDirectory, 'server-key.json'))),
    },
  ],
  exports: [OrderSigner],
})
export class OrderSignerModule {}
