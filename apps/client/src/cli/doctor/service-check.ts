import { ok, problem } from './finding';
import { type Check } from './surroundings';

/** The client's own service. */
export const serviceCheck: Check = {
  what: 'service',
  async examine({ service }) {
    const status = await service.query();
    if (!status) {
      return [
        problem(
          'service-missing',
          'service',
          'The service is not installed.',
          'fleetmend-client install',
        ),
      ];
    }
    const message = `The service is ${status.state} and starts ${status.startType}.`;
    if (status.state === 'running') return [ok('service', 'service', message)];
    return [
      problem(
        'service-not-running',
        'service',
        message,
        'sc start FleetMendClient. When it ends again, the log says why.',
      ),
    ];
  },
};
