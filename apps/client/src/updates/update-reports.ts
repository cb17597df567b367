import { randomUUID } from 'node:crypto';
import { type ClientUpdateReport } from '@fleetmend/client-protocol';
import { type ClientUpdateReason, traitsOfReason } from '@fleetmend/domain';
import * as z from 'zod';
import { type Clock } from '../clock';
import { type Outbox } from '../outbox/outbox';
import { readMetadata, writeMetadata } from '../state/metadata';
import { integer, type State } from '../state/state';
import { CLIENT_VERSION } from '../version';
import { type UpdateJournal } from './update-folder';

const MESSAGE_LENGTH = 2_000;
/** So many executables are remembered as bad, the newest. */
const REMEMBERED = 50;
/** So much is told of releases within a day, whatever a server offers. */
const MAXIMUM_TOLD = 100;
const DAY_MS = 24 * 3_600_000;

const lastUpdateSchema = z.object({
  state: z.enum(['downloading', 'installing', 'installed', 'rolled-back', 'failed']),
  version: z.string().optional(),
  reason: z.string().optional(),
  message: z.string(),
  at: z.string(),
});
/** For `status` and `doctor`: what there is to say about the last release that was offered. */
export type LastUpdate = z.infer<typeof lastUpdateSchema>;

/** Undefined when no release was ever offered. */
export function readLastUpdate(state: State): LastUpdate | undefined {
  try {
    return lastUpdateSchema.safeParse(JSON.parse(readMetadata(state, 'update') ?? '')).data;
  } catch {
    return undefined;
  }
}

/** What this client says of releases: to the server through the outbox, and to people at the machine. */
export class UpdateReports {
  constructor(
    private readonly state: State,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** SHA-256 of executables that were tried here and taken back. */
  badReleases(): readonly string[] {
    try {
      return z
        .array(z.string())
        .parse(JSON.parse(readMetadata(this.state, 'bad-releases') ?? '[]'));
    } catch {
      return [];
    }
  }

  /** Says how it stands with a release; the same within a day only once. Answers the report's id, if there is one. */
  tell(
    releaseId: string,
    state: ClientUpdateReport['state'],
    what: {
      readonly version?: string | undefined;
      readonly reason?: ClientUpdateReason | undefined;
      readonly message: string;
    },
  ): string | undefined {
    const key = `update:${releaseId}:${state}:${what.reason ?? ''}`;
    const id = this.state.transaction(() => {
      this.remember(state, what);
      if (this.wasToldToday(key)) return undefined;
      const at = this.clock.now().getTime();
      this.state.run(
        'INSERT OR REPLACE INTO seen_orders (key, outcome, at) VALUES (?, ?, ?)',
        ...[key, state, at],
      );
      return this.report(releaseId, state, what);
    });
    this.outbox.announce();
    return id;
  }

  /** Says how an update ended, once for each, and remembers the executable when it was to blame. */
  tellEnd(journal: UpdateJournal): void {
    const { releaseId, stagedAt, version, fromVersion, reason, message, sha256 } = journal;
    const told = `${releaseId} ${stagedAt}`;
    if (readMetadata(this.state, 'update-told') === told) return;
    const isWell = journal.phase === 'confirmed';
    const state = isWell ? 'installed' : 'rolled-back';
    const what = {
      version,
      ...(!isWell && { reason }),
      message: isWell
        ? `Version ${version} runs in place of ${fromVersion}.`
        : `Version ${version} was taken back: ${message ?? 'nobody knows why.'}`,
    };
    this.state.transaction(() => {
      writeMetadata(this.state, 'update-told', told);
      if (!isWell && traitsOfReason(reason).final) {
        const bad = [sha256, ...this.badReleases().filter((one) => one !== sha256)];
        writeMetadata(this.state, 'bad-releases', JSON.stringify(bad.slice(0, REMEMBERED)));
      }
      this.remember(state, what);
      this.report(releaseId, state, what);
    });
    this.outbox.announce();
  }

  /** Whether a report still waits to be acknowledged. */
  isWaiting(id: string): boolean {
    return this.state.get('SELECT 1 FROM outbox WHERE id = ?', id) !== undefined;
  }

  private report(
    releaseId: string,
    state: ClientUpdateReport['state'],
    what: { readonly reason?: string | undefined; readonly message: string },
  ): string {
    const id = randomUUID();
    this.outbox.add({
      id,
      createdAt: this.clock.now().toISOString(),
      kind: 'client-update',
      releaseId,
      state,
      version: CLIENT_VERSION,
      ...(what.reason !== undefined && { reason: what.reason }),
      message: what.message.slice(0, MESSAGE_LENGTH),
    });
    return id;
  }

  private remember(
    state: ClientUpdateReport['state'],
    what: { readonly version?: string | undefined; readonly message: string },
  ): void {
    const last: LastUpdate = { state, ...what, at: this.clock.now().toISOString() };
    writeMetadata(this.state, 'update', JSON.stringify(last));
  }

  private wasToldToday(key: string): boolean {
    const since = this.clock.now().getTime() - DAY_MS;
    const told = this.state.get('SELECT 1 FROM seen_orders WHERE key = ? AND at > ?', key, since);
    if (told !== undefined) return true;
    const row = this.state.get(
      "SELECT count(*) AS count FROM seen_orders WHERE key LIKE 'update:%' AND at > ?",
      since,
    );
    return (row ? integer(row, 'count') : 0) >= MAXIMUM_TOLD;
  }
}
