import { expected } from '../bootstrap/places.mjs';

/** Simulated machines when `--demo` names no number. */
const demoMachines = 40;

/** What one process on one computer can play. */
const mostMachines = 5000;

export const help = `npm start [-- OPTIONS]

Builds what changed and runs FleetMend: the dashboard and the API on one port.

  --demo[=N]   add N simulated machines (${demoMachines} unless you say otherwise, at most ${mostMachines})
  --help       show this

Variables:
  PORT                        3000
  HOST                        127.0.0.1; 0.0.0.0 lets other computers connect
  DATABASE_URL                a PostgreSQL of your own; without it FleetMend runs one itself
  FLEETMEND_DATA_DIR          where that one keeps its data: ./.fleetmend
  FLEETMEND_ADMIN_EMAIL, FLEETMEND_ADMIN_PASSWORD
                              the first administrator, instead of the set-up page
  FLEETMEND_PUBLIC_URL        the address that machines and browsers use, if it's another one
  LOG_LEVEL                   info`;

/** Reads the arguments of `npm start`. Throws an expected error for what it doesn't know. */
export function parseOptions(args) {
  const options = { help: false, demo: 0 };
  for (const arg of args) {
    const [name, value] = arg.split(/=(.*)/s, 2);
    if (arg === '--help' || arg === '-h') options.help = true;
    else if (name === '--demo') options.demo = machines(value);
    else throw expected(`npm start doesn't know "${arg}".\n\n${help}`);
  }
  return options;
}

function machines(value) {
  if (value === undefined) return demoMachines;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= mostMachines) return number;
  throw expected(`--demo=${value}: the number of machines must be from 1 to ${mostMachines}.`);
}
