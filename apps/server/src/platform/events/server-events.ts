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
  /** These machines have connected anew, each with a connection of this number; an older one is over. */
  'machines-moved': {
    readonly connections: readonly { readonly machineId: string; readonly number: number }[];
  };
  /** Two instances of a client have used the key of this machine; what that says about them. */
  'key-contested': {
    readonly machineId: string;
    readonly name: string;
    readonly nearness: number;
    readonly displaced: readonly string[];
    readonly returned: readonly string[];
    readonly cloned: readonly string[];
  };
  /** More changed than can be told one by one: whoever shows something loads it again. */
  'everything-changed': Readonly<Record<string, never>>;
  /** What other servers told for a while was not heard here. Whoever lives by it looks for itself. */
  'events-missed': Readonly<Record<string, never>>;
  /** Other servers have not been heard of for longer than their lease. */
  'nodes-silent': Readonly<Record<string, never>>;
}

/**
 * Who must hear an event: this server alone (`here`), or all of them: with the commit of its transaction
 * (`committed`), or a moment later, gathered with others (`gathered`): for what is told often and only shown.
 */
export type Reach = 'here' | 'committed' | 'gathered';

export const REACH: Readonly<Record<keyof ServerEvents, Reach>> = {
  'machines-changed': 'gathered',
  'fingerprints-changed': 'gathered',
  'runs-changed': 'gathered',
  'campaigns-changed': 'gathered',
  'list-changed': 'gathered',
  'everything-changed': 'gathered',
  'orders-waiting': 'committed',
  'update-waiting': 'committed',
  'machine-retired': 'committed',
  'machine-enrolled-again': 'committed',
  'machines-moved': 'committed',
  'sessions-ended': 'committed',
  'key-contested': 'committed',
  // Written down by the server that saw it.
  'key-cloned': 'here',
  'events-missed': 'here',
  'nodes-silent': 'here',
};
