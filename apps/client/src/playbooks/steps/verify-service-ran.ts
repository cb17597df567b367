import { type PlaybookAction } from '@fleetmend/domain';
import { Interrupted, type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'verify-service-ran' }>;

const POLL_MS = 1_000;

/** Waits until the service is seen running once: Windows starts it for a scan, and lets it rest again afterwards. */
export const verifyServiceRan: StepExecutor<Action> = {
  async execute({ service, timeoutSeconds }, { windows, clock, ending }) {
    for (let waited = 0; ; waited += POLL_MS) {
      const status = await windows.services.query(service);
      if (status?.state === 'running') {
        return { state: 'done', message: `${service} was seen running.` };
      }
      if (!status || waited >= timeoutSeconds * 1000) {
        const found = status ? `is ${status.state}` : 'does not exist here';
        return {
          state: 'failed',
          message: `${service} ${found}, and was not seen running within ${timeoutSeconds} seconds. Windows starts it with the next scan.`,
        };
      }
      await clock.sleep(POLL_MS, ending);
      if (ending.aborted) throw new Interrupted();
    }
  },
  describe: ({ service }) => Promise.resolve(`Would wait until ${service} is seen running.`),
};
