import { Global, Module } from '@nestjs/common';
import { Database } from '../database';
import { Logger } from '../logging';
import { Clock } from './clock';
import { DatabaseClock } from './database-clock';

@Global()
@Module({
  providers: [
    {
      provide: Clock,
      inject: [Database, Logger],
      useFactory: (database: Database, logger: Logger) => DatabaseClock.open(database, logger),
    },
  ],
  exports: [Clock],
})
export class ClockModule {}
