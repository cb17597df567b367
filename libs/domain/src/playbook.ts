import type { MachineAction } from './machine-actions';
import type { RepairAction } from './repair-actions';

/** The names under which playbooks are known, in orders, API, UI and docs. */
export const PLAYBOOK_NAMES = [
  'reset-software-distribution',
  'repair-component-store',
  'run-troubleshooter',
  'update-drivers',
  'reclaim-backups',
  'repair-update-services',
  'allow-os-upgrade',
  'sync-clock',
  'restart-machine',
] as const;
export type PlaybookName = (typeof PLAYBOOK_NAMES)[number];

/**
 * One typed action of a playbook. The client has one executor per `action`; a playbook never carries a command line.
 * Services are Win32 service names. `${windir}` is the only placeholder, and the client fills it in.
 */
export type PlaybookAction =
  | { readonly action: 'check-pending-restart' }
  | { readonly action: 'check-installer-busy' }
  | { readonly action: 'check-free-space'; readonly path: string; readonly minimumBytes: number }
  | { readonly action: 'check-plain-directory'; readonly path: string }
  | { readonly action: 'check-update-policy' }
  | { readonly action: 'save-update-history' }
  | { readonly action: 'save-service-states'; readonly services: readonly string[] }
  | { readonly action: 'measure-directory'; readonly path: string }
  | {
      readonly action: 'stop-services';
      readonly services: readonly string[];
      readonly timeoutSeconds: number;
    }
  | {
      readonly action: 'rename-directory';
      readonly path: string;
      /** Sub-folders that are renamed one by one when the folder itself is refused. */
      readonly fallbackChildren: readonly string[];
      readonly attempts: number;
    }
  | { readonly action: 'restore-services'; readonly timeoutSeconds: number }
  | { readonly action: 'trigger-scan' }
  | { readonly action: 'verify-directory'; readonly path: string; readonly timeoutSeconds: number }
  | { readonly action: 'verify-services' }
  | {
      readonly action: 'verify-scan';
      readonly timeoutSeconds: number;
      /** Of playbooks that have a purpose of their own: without a failure to mend there is nothing to look for. */
      readonly onlyWithFailure?: boolean;
    }
  | {
      readonly action: 'verify-service-ran';
      readonly service: string;
      readonly timeoutSeconds: number;
    }
  | MachineAction
  | RepairAction;

export type PlaybookActionName = PlaybookAction['action'];

/** How the effect of a step is taken back. Each works from what the step noted before it acted. */
export const UNDO_KINDS = [
  'rename-back',
  'restore-services',
  'restore-start-types',
  'restore-registry',
  'stop-started',
  'shift-clock-back',
] as const;
export type UndoKind = (typeof UNDO_KINDS)[number];

/** The part of a playbook that a step belongs to; also the state of the run while it runs. */
export type PlaybookSection = 'preflight' | 'snapshot' | 'acting' | 'verifying';

/** A step: its id is unique in the playbook and stable between versions, since journals name it. */
export type PlaybookStep = PlaybookAction & {
  readonly id: string;
  readonly section: PlaybookSection;
  /** What it does, for people: the dashboard and the dry run show it. */
  readonly title: string;
  /** What `undo` does for this step, or nothing where there is nothing to take back. */
  readonly undo?: UndoKind | undefined;
  /** The step belongs to the run only when this boolean parameter is true. */
  readonly onlyIf?: string | undefined;
};

/** A parameter of a playbook, validated on the server and again on the machine. */
export interface PlaybookParameter {
  readonly name: string;
  readonly type: 'boolean' | 'integer';
  readonly default: boolean | number;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly description: string;
}

export type PlaybookParameters = Readonly<Record<string, boolean | number>>;

/** A named, versioned remediation, as data. */
export interface Playbook {
  readonly name: PlaybookName;
  /** Raised with every change of its steps; a client refuses a version that it doesn't have. */
  readonly version: number;
  readonly title: string;
  readonly description: string;
  /** What the machine loses by it, for the confirmation. */
  readonly sideEffects: readonly string[];
  readonly parameters: readonly PlaybookParameter[];
  readonly steps: readonly PlaybookStep[];
}
