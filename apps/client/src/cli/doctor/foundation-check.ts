import { accessSync, constants } from 'node:fs';
import { reasonOf } from '../../log';
import { type Finding, ok, problem, warning } from './finding';
import { type Check, type Surroundings } from './surroundings';

/** What all other checks need: settings, the bridge to Windows, the data folder and the state in it. */
export const foundationCheck: Check = {
  what: 'foundation',
  examine: (place) =>
    Promise.resolve([
      settings(place),
      ...environment(place),
      windows(place),
      ...rights(place),
      ...state(place),
    ]),
};

function settings({ attempts }: Surroundings): Finding {
  if (attempts.settings.ok) return ok('settings', 'settings', 'The settings can be used.');
  return problem(
    'settings-invalid',
    'settings',
    reasonOf(attempts.settings.error),
    'Correct or remove these environment variables of the machine, then start the service again.',
  );
}

function environment({ ignoredVariables }: Surroundings): Finding[] {
  if (ignoredVariables.length === 0) return [];
  return [
    warning(
      'environment-ignored',
      'settings',
      `The environment sets ${ignoredVariables.join(', ')}; this program does not obey that.`,
      "A certificate authority of your own belongs into the machine's certificate store. Otherwise there is nothing to do.",
    ),
  ];
}

function windows({ attempts }: Surroundings): Finding {
  if (attempts.windows.ok) return ok('windows', 'windows', 'Windows can be asked.');
  return problem(
    'windows-unreachable',
    'windows',
    reasonOf(attempts.windows.error),
    'Run this in a console that was opened with "Run as administrator".',
  );
}

function rights({ attempts }: Surroundings): Finding[] {
  if (!attempts.settings.ok) return [];
  const { dataDirectory } = attempts.settings.value;
  try {
    accessSync(dataDirectory, constants.R_OK | constants.W_OK);
    return [ok('rights', 'rights', `"${dataDirectory}" can be read and written.`)];
  } catch (error) {
    return [
      problem(
        'rights-missing',
        'rights',
        `"${dataDirectory}" can't be opened: ${reasonOf(error)}`,
        'Run this in a console that was opened with "Run as administrator".',
      ),
    ];
  }
}

function state({ attempts }: Surroundings): Finding[] {
  if (attempts.state.ok) return [ok('state', 'state', 'The state can be read and written.')];
  if (!attempts.settings.ok || !attempts.windows.ok) return [];
  return [
    problem(
      'state-unreadable',
      'state',
      `The state can't be opened: ${reasonOf(attempts.state.error)}`,
      'Make room on the disk, or look at the file that the message names. The service tries it again by itself.',
    ),
  ];
}
