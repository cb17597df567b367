import { type Clock } from '../../clock';
import { type Settings } from '../../settings';
import { type State } from '../../state/state';
import { type Windows } from '../../windows/windows';
import { type OwnService } from '../session';
import { type Finding } from './finding';

/** Something that could be had, or why it couldn't. */
export type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

export async function attempt<T>(get: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await get() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** A check needs what could not be had; the topic that is named explains why. */
export class NotSeen extends Error {
  constructor(readonly explainedBy: string) {
    super(`It can't be looked at as long as "${explainedBy}" isn't well.`);
    this.name = 'NotSeen';
  }
}

/** What checks look at. Each part may be missing: asking for it then ends the check with the mark `unknown`. */
export class Surroundings {
  constructor(
    readonly attempts: {
      readonly settings: Attempt<Settings>;
      readonly windows: Attempt<Windows>;
      readonly service: Attempt<OwnService>;
      readonly state: Attempt<State>;
    },
    readonly clock: Clock,
    readonly ignoredVariables: readonly string[] = [],
  ) {}

  get settings(): Settings {
    return had(this.attempts.settings, 'settings');
  }

  get windows(): Windows {
    return had(this.attempts.windows, 'windows');
  }

  get service(): OwnService {
    return had(this.attempts.service, 'windows');
  }

  get state(): State {
    return had(this.attempts.state, 'state');
  }
}

function had<T>(attempted: Attempt<T>, topic: string): T {
  if (!attempted.ok) throw new NotSeen(topic);
  return attempted.value;
}

/** A topic that `doctor` looks at: one file each, listed in `checks.ts`. */
export interface Check {
  /** The topic, for people. */
  readonly what: string;
  /** What there is to say, in order. What it throws becomes the problem `<what>-failed`. */
  examine(place: Surroundings): Promise<readonly Finding[]>;
}
