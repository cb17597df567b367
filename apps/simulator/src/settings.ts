import {
  FAULT_PROFILES,
  FAULT_PROFILE_NAMES,
  type FaultProfile,
  parseFaultProfile,
} from '@fleetmend/simulation';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { FAULTS, type Fault } from './faults';

/** What the simulator was asked to do. */
export interface Settings {
  readonly server: URL;
  readonly machines: number;
  readonly seed: string;
  /** The enrolment token itself, where the environment holds it. */
  readonly token: string | undefined;
  /** Where it is read from otherwise; the file may come later. */
  readonly tokenFile: string | undefined;
  /** Where identities are kept, so that the next start is the same fleet. */
  readonly dataDirectory: string;
  readonly faults: ReadonlySet<Fault>;
  /** What is wrong with which share of the machines. */
  readonly profiles: readonly FaultProfile[];
  /** How many computers come up with the copied key of a machine. */
  readonly clones: number;
  /** Every machine has the same Windows and the same failure. */
  readonly alike: boolean;
  /** How many times faster than life the machines work, fail, come and go. What they tell bears the real time. */
  readonly speed: number;
  /** The process without which the simulator has no business, or nothing. */
  readonly parent: number | undefined;
}

const PROFILE_HELP = `
Profiles:
${FAULT_PROFILE_NAMES.map((name) => `  ${name.padEnd(18)} ${FAULT_PROFILES[name]}`).join('\n')}

  --profile flapping=0.05 slow=0.1
  --profile bad-version:reset-software-distribution@2=0.7

The same seed strikes the same machines.`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads command line and environment. Explains itself and ends the process where they make no sense. */
export function readSettings(
  argv: readonly string[] = process.argv.slice(2),
  environment: Environment = process.env,
  command = new Command(),
): Settings {
  const home = environment['FLEETMEND_DATA_DIR'] || '.fleetmend';
  const options = command
    .name('simulator')
    .description('Simulated machines that speak the real protocol with a FleetMend server.')
    .requiredOption('--server <url>', 'the server, e.g. http://127.0.0.1:3000', url)
    .option('--machines <count>', 'how many machines', wholeNumber(1, 100_000), 50)
    .option('--seed <text>', 'the same seed makes the same fleet', 'fleetmend')
    .option(
      '--token-file <path>',
      'file with the enrolment token (or set FLEETMEND_ENROLMENT_TOKEN)',
    )
    .option('--data-dir <path>', 'where identities are kept', join(home, 'simulator'))
    .option(
      '--faults [list]',
      `misbehave: all, or some of ${FAULTS.join(',')}`,
      faults,
      new Set<Fault>(),
    )
    .option(
      '--profile <name=share...>',
      'what is wrong with which share of the machines, see below; several can be given',
      profiles,
      [],
    )
    .option(
      '--clones <count>',
      'so many computers more, made from a copied disk, with its key',
      wholeNumber(0, 1000),
      0,
    )
    .option('--alike', 'a fleet that fails as one: the same Windows, the same failure', false)
    .option(
      '--speed <factor>',
      'how many times faster than life runs, failures and connections go',
      factor,
      1,
    )
    .option('--parent <pid>', 'end when this parent process has gone', wholeNumber(2, 2 ** 31 - 1))
    .addHelpText('after', PROFILE_HELP)
    .parse([...argv], { from: 'user' })
    .opts<{
      server: URL;
      machines: number;
      seed: string;
      tokenFile?: string;
      dataDir: string;
      faults: ReadonlySet<Fault> | true;
      profile: readonly FaultProfile[];
      clones: number;
      speed: number;
      alike: boolean;
      parent?: number;
    }>();
  return {
    server: options.server,
    machines: options.machines,
    seed: options.seed,
    token: environment['FLEETMEND_ENROLMENT_TOKEN'],
    tokenFile: options.tokenFile,
    dataDirectory: resolve(options.dataDir),
    faults: options.faults === true ? new Set(FAULTS) : options.faults,
    profiles: options.profile,
    clones: options.clones,
    speed: options.speed,
    alike: options.alike,
    parent: options.parent,
  };
}

function url(text: string): URL {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new InvalidArgumentError('It must begin with http:// or https://.');
  }
  return parsed;
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
}

function factor(text: string): number {
  const value = Number(text);
  if (value >= 0.01 && value <= 10_000) return value;
  throw new InvalidArgumentError('It must be a number from 0.01 to 10000.');
}

function faults(text: string): ReadonlySet<Fault> {
  const chosen = text.split(',').map((part) => {
    const fault = FAULTS.find((known) => known === part.trim());
    if (fault === undefined) {
      throw new InvalidArgumentError(
        `There is no fault "${part}"; there are ${FAULTS.join(', ')}.`,
      );
    }
    return fault;
  });
  return new Set(chosen);
}

function profiles(text: string, before: readonly FaultProfile[]): readonly FaultProfile[] {
  try {
    return [...before, parseFaultProfile(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
