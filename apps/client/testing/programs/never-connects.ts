import { SERVICE_NAME, runAsService } from '../../src/service';

/** A new version of the client that runs, but never reaches its server. */
void runAsService(SERVICE_NAME, async (stop) => {
  // A signal alone keeps no process alive.
  const alive = setInterval(() => undefined, 1_000);
  await new Promise((resolve) => {
    stop.addEventListener('abort', resolve);
  });
  clearInterval(alive);
});
