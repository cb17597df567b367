import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type Config, CONFIG } from '../config';
import { Logger } from '../logging';
import { Database } from './database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres';
import type { Migration } from './migration';

const EMBEDDED = Symbol('embedded PostgreSQL');

/** Offers the database, started, connected and migrated, to everything; closes it as the last of all. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(EMBEDDED) private readonly embedded: EmbeddedPostgres | null,
    private readonly database: Database,
  ) {}

  static with(migrations: readonly Migration[]): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: EMBEDDED,
          inject: [CONFIG, Logger],
          useFactory: (config: Config, logger: Logger) => startIfEmbedded(config, logger),
        },
        {
          provide: Database,
          inject: [EMBEDDED, CONFIG, Logger],
          useFactory: async (embedded: EmbeddedPostgres | null, config: Config, logger: Logger) => {
            try {
              return await open(embedded?.url ?? config.databaseUrl ?? '', migrations, logger);
            } catch (error) {
              await embedded?.stop();
              throw error;
            }
          },
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
    await this.embedded?.stop();
  }
}

async function startIfEmbedded(config: Config, logger: Logger): Promise<EmbeddedPostgres | null> {
  if (config.databaseUrl !== undefined) return null;
  const embedded = await startEmbeddedPostgres({
    dataDirectory: config.dataDirectory,
    log: (message) => {
      logger.info({}, message);
    },
  });
  void embedded.died.then((error) => {
    logger.log('fatal', { err: error }, 'the embedded PostgreSQL is gone; stopping');
    process.exitCode = 1;
    process.emit('SIGTERM', 'SIGTERM');
  });
  return embedded;
}

async function open(
  url: string,
  migrations: readonly Migration[],
  logger: Logger,
): Promise<Database> {
  const database = await Database.open({
    url,
    migrations,
    onError: (error) => {
      logger.warn({ err: error }, 'something that nobody waited for failed');
    },
  });
  try {
    const done = await database.migrate();
    if (done.length > 0) logger.info({ migrations: done }, 'the schema is up to date');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
