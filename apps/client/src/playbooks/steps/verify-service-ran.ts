import { type PlaybookAction } from '@fleetmend/domain';
import { Patience } from '../patience';
import { type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'verify-service-ran' }>;

const POLL_MS = 1_000;

/** Waits until the service is seen running once: Windows starts it for a scan, and lets it rest again afterwards. */
export const verifyServiceRan: StepExecutor<Action> = {
  async execute({ service, timeoutSeconds }, context) {
    const patience = Patience.ofStep(timeoutSeconds * 1000, context);
    for (;;) {
      const status = await context.windows.services.query(service);
      if (status?.state === 'running') {
        return { state: 'done', message: `${service} was seen running.` };
      }
      if (!status || patience.isOver) {
        const found = status ? `is ${status.state}` : 'does not exist here';
        return {
          state: 'failed',
          message: `${service} ${found}, and was not seen running within ${timeoutSeconds} seconds. Windows starts it with the next scan.`,
        };
      }
      await patience.waitInterruptibly(POLL_MS, context);
    }
  },
  describe: ({ service }) => Promise.resolve(`Would wait until ${service} is seen running.`),
};
