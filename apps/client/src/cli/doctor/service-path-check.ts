import { faultOfServicePath, SERVICE_KEY } from '../../protection/service-path';
import { ok, problem } from './finding';
import { type Check } from './surroundings';

/** What Windows starts as the service. */
export const servicePathCheck: Check = {
  what: 'service path',
  async examine({ windows }) {
    const imagePath = await windows.registry.read(SERVICE_KEY, 'ImagePath');
    if (typeof imagePath !== 'string') return [];
    const fault = faultOfServicePath(imagePath, windows.protection.programFolder);
    if (fault === undefined)
      return [
        ok('service-path', 'service path', 'It is quoted and leads to the protected folder.'),
      ];
    return [
      problem(
        'service-path-unsafe',
        'service path',
        fault,
        'fleetmend-client install puts it right.',
      ),
    ];
  },
};
