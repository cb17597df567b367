/** When in its life an update failed. `scan` includes detection; `reboot` is what happens after the restart. */
export const PHASES = ['scan', 'download', 'install', 'reboot', 'unknown'] as const;
export type Phase = (typeof PHASES)[number];

/** Where the machine takes its updates from, as far as the record of the failure says. */
export const UPDATE_SOURCES = [
  'windows-update',
  'microsoft-update',
  'wsus',
  'feature-update',
  'store',
  'unknown',
] as const;
export type UpdateSource = (typeof UPDATE_SOURCES)[number];

/** Which record on the machine told of the failure. Several of them may tell of the same one. */
export const DETECTION_SOURCES = [
  'event-log',
  'reporting-events',
  'windows-update-log',
  'update-history',
  'setup-results',
  'servicing',
  'cbs-log',
  'esent',
] as const;
export type DetectionSource = (typeof DETECTION_SOURCES)[number];

/**
 * What kind of thing was updated. Only `windows`, `driver` and `feature` say something about the health of
 * Windows Update; Store apps and Defender definitions fail and heal by themselves.
 */
export const UPDATE_KINDS = [
  'windows',
  'driver',
  'feature',
  'store-app',
  'defender-definitions',
] as const;
export type UpdateKind = (typeof UPDATE_KINDS)[number];

/** The update that failed or succeeded. A failed scan has none of these. */
export interface UpdateIdentity {
  /** GUID in lower case, without braces. */
  readonly id?: string | undefined;
  readonly revision?: number | undefined;
  /** `KB` and digits. */
  readonly kb?: string | undefined;
  readonly title?: string | undefined;
}

/** One occurrence of an update failing on a machine. */
export interface Failure {
  /** Canonical: `0x` and eight upper-case hex digits. */
  readonly code: string;
  /**
   * The second part of a two-part set-up code, or the code of servicing behind one that only sums up, canonical, or
   * nothing.
   */
  readonly extendedCode?: string | undefined;
  readonly phase: Phase;
  readonly update: UpdateIdentity;
  readonly updateKind: UpdateKind;
  readonly updateSource: UpdateSource;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
}
