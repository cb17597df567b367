/**
 * What an obstacle does. `blocks`: nothing comes through as long as it stands. `delays`: updates come late, or only
 * some. `tells`: good to know, and often wanted.
 */
export type ObstacleWeight = 'blocks' | 'delays' | 'tells';

/** Something that stands, or may stand, between a machine and its updates. */
export interface Obstacle {
  readonly about:
    'policy' | 'restart' | 'disk' | 'service' | 'clock' | 'activity' | 'network' | 'client';
  readonly weight: ObstacleWeight;
  /** In a few words, for people. */
  readonly title: string;
  /** What that rests on, and what it means. */
  readonly detail: string;
}

/** A setting of Windows Update: a value of its policies, by its own name. */
export interface UpdateSetting {
  readonly name: string;
  readonly value: string | number;
  /** `group-policy`, `mdm` or `settings`. */
  readonly from: string;
}

/** What a machine told of itself, as far as it bears on updates. What is missing is not known. */
export interface ToldMachine {
  readonly freeSystemDiskBytes?: number | undefined;
  readonly services?:
    | readonly { readonly name: string; readonly state: string; readonly startType: string }[]
    | undefined;
  readonly pendingRestart?:
    { readonly pending: boolean; readonly reasons: readonly string[] } | undefined;
  readonly updatePolicy?:
    | {
        readonly wsusServer?: string | undefined;
        readonly automaticUpdatesDisabled: boolean;
        readonly updateAccessDisabled: boolean;
        readonly settings?: readonly UpdateSetting[] | undefined;
      }
    | undefined;
  readonly updateActivity?:
    | {
        readonly lastScan?: { readonly at: string } | undefined;
        readonly lastInstall?: { readonly at: string } | undefined;
      }
    | undefined;
  readonly backups?:
    { readonly folders: readonly { readonly bytes?: number | undefined }[] } | undefined;
  /** The server's time minus the machine's, in milliseconds. */
  readonly clockOffsetMs?: number | undefined;
  readonly timeSource?: { readonly type?: string | undefined } | undefined;
  readonly network?: { readonly metered: boolean } | undefined;
  readonly client?:
    | {
        readonly unexpectedEnds?: number | undefined;
        readonly lastUnexpectedEndReason?: string | undefined;
        readonly rejectedReports?: number | undefined;
        readonly unavailableSources?:
          readonly { readonly name: string; readonly message: string }[] | undefined;
        readonly damagedState?: string | undefined;
      }
    | undefined;
}
