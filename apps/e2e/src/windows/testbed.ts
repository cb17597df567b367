import { type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../environment';

/** How a Windows program ended. `code` is the Unix one: Windows' own, cut to 8 bits. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** A Windows program that runs. */
export interface Started {
  readonly child: ChildProcess;
  readonly exited: Promise<Ended>;
  /** What it has written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
}

/** A Windows machine of its own (Wine), or this very Windows: drive, registry and service control manager. */
export interface WindowsMachine {
  /** Where it is on the host. */
  readonly folder: string;
  /** A real Windows: its update service writes its own folder, and it can't be restarted. */
  readonly isReal: boolean;
  /** What it says about itself: the name begins with this. */
  readonly system: { readonly name: string; readonly build: number };
  /** Runs a program to its end; `timeoutMs` is 60,000 unless said otherwise. `env` is all that it gets. */
  run(
    program: string,
    args?: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly timeoutMs?: number },
  ): Promise<Ended>;
  start(
    program: string,
    args?: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>> },
  ): Started;
  /** Has an installed service get the machine's environment, from its next start on. */
  serviceEnvironment(service: string): Promise<void>;
  /** `C:\…` to a path of the host. */
  hostPath(path: string): string;
  /** A path of the host on its drive C to `C:\…`. */
  windowsPath(path: string): string;
  /** Processes of this machine (of a real one only clients), by their process ids of the host. */
  processes(): readonly { readonly pid: number; readonly commandLine: readonly string[] }[];
  /** Ends one process of this machine at once. Throws when it isn't one. */
  kill(pid: number): void;
  /** As after a power cut: every program ends at once, the machine starts again. `environment` as in {@link Testbed}.
   * Rejects on a real one. */
  restart(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops the machine and deletes it; a real one is put back as it was. */
  dispose(): Promise<void>;
}

export type Testbed =
  | { readonly available: false; readonly reason: string }
  | {
      readonly available: true;
      readonly kind: 'wine' | 'chroot' | 'windows';
      readonly version: string;
      /** `environment` is what services get. */
      createPrefix(options?: {
        readonly environment?: Readonly<Record<string, string>>;
      }): Promise<WindowsMachine>;
    };

/** The place where Windows programs run, made on the first call where it isn't there. Says why there is none. */
export async function prepareTestbed(): Promise<Testbed> {
  const file = pathToFileURL(join(root, 'tools/windows-testbed/testbed.mjs')).href;
  const module = (await import(file)) as {
    prepareTestbed(options: { log: (line: string) => void }): Promise<Testbed>;
  };
  return module.prepareTestbed({
    log: (line) => {
      console.log(line);
    },
  });
}
