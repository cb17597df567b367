import { Global, Module } from '@nestjs/common';
import { Clock } from '../clock';
import { type Config, CONFIG } from '../config';
import { Database } from '../database';
import { Events } from '../events';
import { Logger } from '../logging';
import { ClusterEvents } from './cluster-events';
import { ClusterNode } from './cluster-node';

/** Makes this server one of all that work on the database. */
@Global()
@Module({
  providers: [
    {
      provide: ClusterNode,
      inject: [CONFIG, Database, Clock, Events, Logger],
      useFactory: (
        config: Config,
        database: Database,
        clock: Clock,
        events: Events,
        logger: Logger,
      ) => {
        const { nodeName: name, nodeLeaseSeconds: leaseSeconds } = config;
        return ClusterNode.join({ database, clock, events, logger, name, leaseSeconds });
      },
    },
    ClusterEvents,
  ],
  exports: [ClusterEvents, ClusterNode],
})
export class ClusterModule {}
