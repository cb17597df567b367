import { ok, problem, warning } from './finding';
import { type Check } from './surroundings';

const WHAT = 'update service';

/** Whether Windows could update itself. */
export const updateServiceCheck: Check = {
  what: WHAT,
  async examine({ windows }) {
    const status = await windows.services.query('wuauserv');
    if (!status) {
      return [
        problem(
          'update-service-missing',
          WHAT,
          'This Windows has no service wuauserv.',
          'Repair this Windows (in-place upgrade): it can not update itself.',
        ),
      ];
    }
    if (status.startType === 'disabled') {
      return [
        warning(
          'update-service-disabled',
          WHAT,
          'wuauserv is disabled: Windows will not update itself.',
          'Find out who disabled it (a policy, a tool) before you set it to manual again.',
        ),
      ];
    }
    const message = `wuauserv is ${status.state}, start type ${status.startType}.`;
    return [ok('update-service', WHAT, message)];
  },
};
