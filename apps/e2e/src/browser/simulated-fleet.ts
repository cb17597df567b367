import { join } from 'node:path';
import { createdEnrolmentTokenSchema } from '@fleetmend/dashboard-api';
import type { Api } from '../api';
import { built, makeFolder, removeFolder } from '../folders';
import { type Program, runProgram } from '../program';

/** The real simulator beside a server. */
export interface SimulatedFleet {
  readonly program: Program;
  /** Ends it, and deletes what it kept. */
  stop(): Promise<void>;
}

/** Starts the simulator; its machines come to the server as fast as they can. `options` are those of its command line. */
export async function simulate(
  url: string,
  api: Api,
  options: readonly string[],
): Promise<SimulatedFleet> {
  const request = { label: 'Simulated', expiresInHours: 1, maximumUses: null };
  const answer = await api.send('/enrolment-tokens', request);
  const { secret } = createdEnrolmentTokenSchema.parse(answer);
  const folder = makeFolder();
  const program = runProgram(
    built('apps/simulator/main.mjs'),
    ['--server', url, '--data-dir', join(folder, 'simulator'), ...options],
    { FLEETMEND_ENROLMENT_TOKEN: secret },
  );
  return {
    program,
    stop: async () => {
      program.child.kill('SIGTERM');
      await program.ended;
      removeFolder(folder);
    },
  };
}
