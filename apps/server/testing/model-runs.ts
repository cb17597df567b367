import fc from 'fast-check';

/**
 * How long and how often schedules are played, by the environment: `FLEETMEND_MODEL_RUNS` of those in memory,
 * `FLEETMEND_MODEL_SECONDS` for those on the database. What a failure prints plays it again:
 * `FLEETMEND_MODEL_SEED`, `FLEETMEND_MODEL_PATH`, `FLEETMEND_MODEL_REPLAY`.
 */
export function modelRuns() {
  const { env } = process;
  const seconds = Number(env['FLEETMEND_MODEL_SECONDS'] ?? 30);
  const [seed, path] = [env['FLEETMEND_MODEL_SEED'], env['FLEETMEND_MODEL_PATH']];
  const again = {
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(path !== undefined && { path }),
  };
  const options = {
    ...{ numRuns: 1_000_000, ...again },
    plugins: [fc.interruptAfterTimeLimit(seconds * 1000)],
  };
  return {
    ...{ seconds, options, again, replayPath: env['FLEETMEND_MODEL_REPLAY'] },
    runs: Number(env['FLEETMEND_MODEL_RUNS'] ?? 3000),
  };
}
