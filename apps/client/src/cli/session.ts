import { join } from 'node:path';
import { type Clock } from '../clock';
import { fileLog, type Log } from '../log';
import { type Settings } from '../settings';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Vault } from '../state/vault';
import { type Installation } from '../updates/updater';
import { type Windows } from '../windows/windows';
import { type Terminal } from './terminal';

/** What Windows' service control manager can be asked for the client's own service. */
export interface OwnService {
  install(): Promise<{ readonly executable: string; readonly warnings: readonly string[] }>;
  uninstall(): Promise<boolean>;
  start(): Promise<void>;
  /** Stops it when it runs, and waits for a safe point of what it does: minutes, if need be. */
  stop(): Promise<void>;
  /** Has Windows treat a service that an installer has made as one that `install` made. */
  configure(): Promise<{ readonly warnings: readonly string[] }>;
  /** Removes what the program has put beside itself. */
  removeLeftovers(): Promise<void>;
  query(): Promise<{ readonly state: string; readonly startType: string } | undefined>;
  /** Runs `main` as the service that Windows has started. */
  run(main: (stop: AbortSignal) => Promise<void>): Promise<void>;
  /** The service that guards an update of the client. */
  readonly guard: OwnGuard;
}

export interface OwnGuard {
  /** The service's executable, and where an update of it lies. */
  places(): { readonly executable: string; readonly updates: string };
  exists(): Promise<boolean>;
  start(executable: string): Promise<void>;
  /** Runs `main` as the guard that Windows has started. */
  run(main: (stop: AbortSignal) => Promise<void>): Promise<void>;
  /** Called by the guard itself: it is gone when it ends. */
  remove(): Promise<void>;
  /** What it guards. */
  readonly serviceName: string;
}

/** Everything that commands work with; specs bring a simulated one. */
export interface CommandParts {
  readonly windows: () => Promise<Windows>;
  readonly ownService: () => Promise<OwnService>;
  readonly settings: () => Settings;
  readonly clock: Clock;
  /** Variables of the environment that other programs obey and this one doesn't, by name. */
  readonly ignoredVariables?: readonly string[];
  readonly terminal: Terminal;
  /** Aborted when the user or the system asks the program to end. */
  readonly stop: AbortSignal;
}

/** A command could not do what was asked; the message is for the person at the keyboard. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
    this.name = 'CommandFailed';
  }
}

/** What a command needs of the machine: Windows, the state and the log, opened and closed together. */
export interface Workplace {
  readonly windows: Windows;
  readonly settings: Settings;
  readonly state: State;
  readonly vault: Vault;
  readonly log: Log;
  readonly clock: Clock;
  /** Only a service that runs from where it was installed can be updated. */
  readonly installation?: Installation | undefined;
}

/**
 * Opens the client's folder, which only administrators can open, does `work` and closes it again. `onTrouble` comes
 * before the rejection when the state can't be opened.
 */
export async function atWorkplace<T>(
  parts: CommandParts,
  echo: (line: string) => void,
  work: (place: Workplace) => Promise<T>,
  onTrouble: (place: Omit<Workplace, 'state' | 'vault'>) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  const windows = await parts.windows();
  const settings = parts.settings();
  await windows.directories.makePrivate(settings.dataDirectory);
  const log = fileLog(join(settings.dataDirectory, 'logs'), echo);
  let state: State;
  try {
    state = openState(settings.dataDirectory, log);
  } catch (error) {
    await onTrouble({ windows, settings, log, clock: parts.clock });
    throw error;
  }
  try {
    const vault = new Vault(windows.secrets, settings.dataDirectory);
    return await work({ windows, settings, state, vault, log, clock: parts.clock });
  } finally {
    state.close();
  }
}
