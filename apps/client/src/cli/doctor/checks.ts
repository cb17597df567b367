import { clientUpdateCheck } from './client-update-check';
import { defenderCheck } from './defender-check';
import { diskCheck } from './disk-check';
import { serverCheck } from './server-check';
import { serviceCheck } from './service-check';
import { sourcesCheck } from './sources-check';
import { foldersCheck } from './folders-check';
import { foundationCheck } from './foundation-check';
import { livesCheck } from './lives-check';
import { servicePathCheck } from './service-path-check';
import { stateCheck } from './state-check';
import { type Check } from './surroundings';
import { updateServiceCheck } from './update-service-check';

/** Everything that `doctor` looks at, in the order in which it says it: what others need comes first. */
export const CHECKS: readonly Check[] = [
  foundationCheck,
  stateCheck,
  foldersCheck,
  diskCheck,
  serviceCheck,
  servicePathCheck,
  livesCheck,
  defenderCheck,
  updateServiceCheck,
  serverCheck,
  clientUpdateCheck,
  sourcesCheck,
];
