import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module';
import { EnrolmentTokensService, writeDemoToken } from './features/enrolment';
import { SetupService } from './features/users';
import type { Config } from './platform/config';
import { configureHttp } from './platform/http';
import type { Logger } from './platform/logging';
import { SocketAdapter } from './platform/realtime';

/** How many connections may wait to be accepted: the default of 511 drops a fleet that comes back at once. */
const BACKLOG = 4096;

/** A server that answers. */
export interface RunningServer {
  readonly app: NestExpressApplication;
  /** Where people reach it. */
  readonly url: string;
  /** The link that makes the first administrator, or null when there is one. Holds a secret. */
  readonly setupLink: string | null;
  /** Ends everything, the database last. */
  stop(): Promise<void>;
}

/** Starts everything that `config` asks for, and answers when it is ready to be used. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, logger), {
    logger: logger.forNest(),
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  try {
    configureHttp(app, config, logger);
    app.useWebSocketAdapter(new SocketAdapter(app, logger));
    await app.init();
    if (config.demoTokenFile !== undefined) {
      await writeDemoToken(app.get(EnrolmentTokensService), config.demoTokenFile);
    }
    const setupToken = await app.get(SetupService).begin();
    const port = await listen(app.getHttpServer(), config);
    const url = config.port === 0 ? `http://localhost:${port}` : config.publicUrl;
    return {
      app,
      url,
      setupLink: setupToken === null ? null : `${url}/setup#token=${setupToken}`,
      stop: () => app.close(),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
