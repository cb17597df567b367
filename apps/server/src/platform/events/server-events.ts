/** Every event that features tell each other, by name. All are told after the commit. */
export interface ServerEvents {
  /** Something about these machines changed that their pages show. */
  'machines-changed': { readonly machineIds: readonly string[] };
  'fingerprints-changed': { readonly fingerprintIds: readonly string[] };
  'runs-changed': {
    readonly runIds: readonly string[];
    readonly remediationIds: readonly string[];
    readonly machineIds: readonly string[];
  };
  /** These campaigns are not as they were; told at most once a second for each. */
  'campaigns-changed': { readonly campaignIds: readonly string[] };
  /** Orders wait for these machines; those that are connected get a nudge. */
  'orders-waiting': { readonly machineIds: readonly string[] };
  /** A release may wait for these machines; those that are connected get a nudge. */
  'update-waiting': { readonly machineIds: readonly string[] };
  /** The key of this machine counts no more: its connection is closed. */
  'machine-retired': { readonly machineId: string };
  /** This machine enrolled again: its old key counts no more, and its connection is closed. */
  'machine-enrolled-again': { readonly machineId: string };
  /** A computer was refused that used the key of this machine, and isn't it. */
  'key-cloned': { readonly machineId: string };
  /** A short list changed. */
  'list-changed': {
    readonly list:
      | 'enrolment-tokens'
      | 'users'
      | 'audit'
      | 'duplicates'
      | 'releases'
      | 'saved-filters'
      | 'policies'
      | 'escalations'
      | 'emergency-stop';
  };
  /** These sessions ended; sockets that live by them are closed. */
  'sessions-ended': { readonly sessionIds: readonly string[] };
}
