import { accessSync, constants } from 'node:fs';
import { reasonOf } from '../../log';
import { type Finding, ok, problem, warning } from './finding';
import { type Check, type Surroundings } from './surroundings';

/** What all other checks need: settings, the bridge to Windows, the data folder and what belongs to them. */
export const foundationCheck: Check = {
  what: 'foundation',
  examine: (place) =>
    Promise.resolve([settings(place), ...environment(place), windows(place), ...rights(place)]),
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
    'Run this in a console that was opened with "Run as administrator". When an antivirus program has taken the addon away, have it leave the folder alone; for Microsoft Defender: Add-MpPreference -ExclusionPath "C:\\Program Files\\FleetMend"',
  );
}

function rights({ attempts }: Surroundings): Finding[] {
  if (!attempts.settings.ok) return [];
  const { dataDirectory } = attempts.settings.value;
  try {
    accessSync(dataDirectory, constants.R_OK | constants.W_OK);
    return [ok('rights', 'rights', `"${dataDirectory}" can be read and written.`)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return [ok('rights', 'rights', `"${dataDirectory}" is made at the enrolment.`)];
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
