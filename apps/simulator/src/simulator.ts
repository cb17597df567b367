import {
  alikeProfileOf,
  cloneOf,
  faultsOf,
  type MachineProfile,
  profileOf,
} from '@fleetmend/simulation';
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Backoff } from './backoff';
import { EnrolmentFailed, EnrolmentRefused, type Identity, enrol, reEnrol } from './identity';
import { type FleetContext, Machine } from './machine';
import type { Settings } from './settings';
import { FleetStore } from './store';
import { tokenFor } from './token-for';

/** How many machines enrol at the same time. */
const ENROLMENTS = 8;

/** How long the token file may take to appear, in milliseconds. */
const TOKEN_PATIENCE = 60_000;

/** What the simulator tells of itself while it runs. */
export type Tell = (line: string) => void;

/** Runs a fleet until `signal`. Throws where it can't begin: no token, a refused one, a damaged file. */
export async function simulate(settings: Settings, signal: AbortSignal, tell: Tell): Promise<void> {
  const store = new FleetStore(settings.dataDirectory, settings.server, settings.seed);
  await store.load();
  const failed = new AbortController();
  const end = AbortSignal.any([signal, failed.signal]);
  // Each machine listens for it.
  setMaxListeners(0, end);
  const context = contextOf(settings, store, end, tell);
  try {
    const profiles = Array.from({ length: settings.machines }, (_, index) =>
      (settings.alike ? alikeProfileOf : profileOf)(settings.seed, index),
    );
    const machines = profiles.map((profile) => new Machine(profile, context));
    const struck = profiles.flatMap(({ index }) =>
      faultsOf(settings.seed, index, settings.profiles).names.has('cloned') ? [index] : [],
    );
    const cloned = Array.from(
      { length: settings.clones },
      (_, number) => number % settings.machines,
    );
    await Promise.all([
      ...machines.map(async (machine, index) => {
        if (!(await pause(Math.min(60_000, index * 15), end))) return;
        await machine.live(end);
      }),
      ...[...cloned, ...struck].map(async (of, number) => {
        const [original, profile] = [machines[of], profiles[of]];
        if (!original || !profile) return;
        // Its disk is a copy: the first identity that it has is the original's.
        const copied = { ...context, enrol: () => original.enrolled };
        await new Machine(cloneOf(profile, number), copied).live(end);
      }),
    ]);
  } finally {
    failed.abort();
    await store.close();
  }
}

function contextOf(
  settings: Settings,
  store: FleetStore,
  end: AbortSignal,
  tell: Tell,
): FleetContext {
  let connected = 0;
  let told = 0;
  const gate = new Gate(ENROLMENTS);
  const token = once(() => tokenOf(settings, end));
  return {
    server: settings.server,
    seed: settings.seed,
    speed: settings.speed,
    faults: settings.faults,
    profiles: settings.profiles,
    store,
    enrol: (profile, signal) =>
      gate.pass(() =>
        patiently(
          async () =>
            enrol(settings.server, tokenFor(await token(), profile.hostname), profile, signal),
          profile,
          signal,
          tell,
        ),
      ),
    reEnrol: (copied, instanceId, profile, signal) =>
      gate.pass(() =>
        patiently(
          () => reEnrol(settings.server, copied, instanceId, profile, signal),
          profile,
          signal,
          tell,
        ),
      ),
    onConnected: (isConnected) => {
      connected += isConnected ? 1 : -1;
      if (connected <= told) return;
      // At 1, 2, 5, 10, … and when all are there.
      const next = [1, 2, 5].map((n) => n * 10 ** Math.floor(Math.log10(connected)));
      if (!next.includes(connected) && connected !== settings.machines) return;
      told = connected;
      tell(`${connected} of ${settings.machines} simulated machines are connected.`);
    },
    onRejected: ({ hostname }, messages) => {
      for (const message of messages)
        tell(`The server rejected a report of ${hostname}: ${message}`);
    },
  };
}

async function patiently(
  enrolOnce: () => Promise<Identity>,
  profile: MachineProfile,
  signal: AbortSignal,
  tell: Tell,
): Promise<Identity> {
  const backoff = new Backoff(Math.random);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await enrolOnce();
    } catch (error) {
      // A key that is taken is answered by another key.
      const again =
        error instanceof EnrolmentFailed ||
        (error instanceof EnrolmentRefused && error.code === 'public-key-taken');
      if (!again || signal.aborted) throw error;
      if (attempt === 3) tell(`Enrolling ${profile.hostname} takes a while: ${error.message}`);
      const asked = error instanceof EnrolmentFailed ? error.retryAfter : undefined;
      await pause((asked ?? 0) + backoff.next(), signal);
    }
  }
}

/** Reads the tokens, and waits for its file where the server has yet to write it. */
async function tokenOf({ token, tokenFile }: Settings, signal: AbortSignal): Promise<string> {
  if (token !== undefined) return token.trim();
  if (tokenFile === undefined) {
    throw new Error(
      'New machines need an enrolment token: give --token-file or set FLEETMEND_ENROLMENT_TOKEN.',
    );
  }
  for (const deadline = Date.now() + TOKEN_PATIENCE; ;) {
    const text = await readFile(tokenFile, 'utf8').catch(() => '');
    if (text.trim() !== '') return text.trim();
    if (Date.now() >= deadline) throw new Error(`There is no enrolment token in ${tokenFile}.`);
    if (!(await pause(250, signal))) throw new Error('Stopped.');
  }
}

/** Lets only so many do something at once. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return wait(milliseconds, true, { signal }).catch(() => false);
}
