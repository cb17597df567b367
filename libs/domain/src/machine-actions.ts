/** What playbooks do to services, to the registry, to the clock, and to the machine as a whole. */
export type MachineAction = ServiceAction | RegistryAction | ClockAction | RestartAction;

/** Services are Win32 service names. */
type ServiceAction =
  | { readonly action: 'check-update-blockers'; readonly services: readonly string[] }
  /** Gives disabled ones the start type that they have on a fresh Windows; no others are touched. */
  | { readonly action: 'repair-start-types'; readonly services: readonly string[] }
  /** Starts those that start with Windows. Those that start on demand are tried, and stopped again. */
  | {
      readonly action: 'start-update-services';
      readonly services: readonly string[];
      readonly timeoutSeconds: number;
    }
  | {
      readonly action: 'verify-update-services';
      readonly services: readonly string[];
      /** So long is watched whether somebody disables them again. */
      readonly settleSeconds: number;
    };

/** Keys are those of HKEY_LOCAL_MACHINE, values are DWORDs. */
type RegistryAction =
  | { readonly action: 'check-feature-update' }
  | { readonly action: 'read-registry-value'; readonly key: string; readonly value: string }
  | {
      readonly action: 'set-registry-value';
      readonly key: string;
      readonly value: string;
      readonly data: number;
    }
  | {
      readonly action: 'verify-registry-value';
      readonly key: string;
      readonly value: string;
      readonly data: number;
    };

type ClockAction =
  | { readonly action: 'check-clock-authority' }
  | { readonly action: 'measure-clock' }
  /** Three steps around the time service: only when the clock is wrong, and each taken back within the run. */
  | { readonly action: 'enable-time-service' }
  | { readonly action: 'start-time-service'; readonly timeoutSeconds: number }
  | { readonly action: 'release-time-service'; readonly timeoutSeconds: number }
  | { readonly action: 'resync-clock'; readonly timeoutSeconds: number }
  | { readonly action: 'set-clock-from-server' }
  | { readonly action: 'verify-clock' };

type RestartAction =
  | { readonly action: 'check-restart-needed' }
  | { readonly action: 'note-boot' }
  /** Waits for the maintenance window, and for the people who are signed in. */
  | { readonly action: 'agree-on-restart' }
  | { readonly action: 'restart'; readonly graceSeconds: number }
  /** While it goes on the run is `rebooting`. */
  | { readonly action: 'await-restart'; readonly timeoutSeconds: number }
  | { readonly action: 'verify-restart' };
