import { Injectable } from '@nestjs/common';
import type { UpdateIdentity } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';
import type { LedgerSuccess } from './machine-ledger';
import type { FailureOccurrence, SuccessOccurrence } from './occurrence';

interface SuccessRow {
  readonly machineId: string;
  readonly phase: LedgerSuccess['phase'];
  readonly updateId: string | null;
  readonly updateRevision: string | null;
  readonly kb: string | null;
  readonly title: string | null;
  readonly at: Date;
}

/** An update as its columns have it. */
export function updateOf(row: {
  readonly updateId: string | null;
  readonly updateRevision: string | null;
  readonly kb: string | null;
  readonly title: string | null;
}): UpdateIdentity {
  return {
    id: row.updateId ?? undefined,
    revision: row.updateRevision === null ? undefined : Number(row.updateRevision),
    kb: row.kb ?? undefined,
    title: row.title ?? undefined,
  };
}

/** Each occurrence, and each success. */
@Injectable()
export class FailuresRepository {
  async addFailures(
    transaction: Transaction,
    occurrences: readonly (FailureOccurrence & { readonly fingerprintId: string | null })[],
  ): Promise<void> {
    const column = (value: (occurrence: (typeof occurrences)[number]) => unknown) =>
      occurrences.map(value);
    // Arrays, not one document: these are the bulk of what is written, and PostgreSQL reads them in half the time.
    await transaction.query(
      `INSERT INTO failures
         (id, machine_id, fingerprint_id, code, extended_code, phase, update_kind, update_source, update_id,
          update_revision, kb, update_title, occurred_at, claimed_at, received_at, from_backlog, evidence)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::timestamptz[],
         $14::timestamptz[], $15::timestamptz[], $16::boolean[], $17::jsonb[])`,
      [
        column(({ id }) => id),
        column(({ machineId }) => machineId),
        column(({ fingerprintId }) => fingerprintId),
        column(({ report }) => report.code),
        column(({ report }) => report.extendedCode),
        column(({ report }) => report.phase),
        column(({ report }) => report.updateKind),
        column(({ report }) => report.updateSource),
        column(({ report }) => report.update.id),
        column(({ report }) => report.update.revision),
        column(({ report }) => report.update.kb),
        column(({ report }) => report.update.title),
        column(({ at }) => at.toISOString()),
        column(({ claimedAt }) => claimedAt?.toISOString()),
        column(({ receivedAt }) => receivedAt.toISOString()),
        column(({ report }) => report.fromBacklog),
        column(({ report }) => JSON.stringify(report.evidence)),
      ],
    );
  }

  async addSuccesses(
    transaction: Transaction,
    occurrences: readonly SuccessOccurrence[],
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO successes
         (id, machine_id, phase, update_id, update_revision, kb, update_title, occurred_at, claimed_at, received_at)
       SELECT id, "machineId", phase, "updateId", revision, kb, title, at, "claimedAt", "receivedAt"
         FROM json_to_recordset($1::json) AS success (
           id uuid, "machineId" uuid, phase text, "updateId" text, revision bigint, kb text, title text,
           at timestamptz, "claimedAt" timestamptz, "receivedAt" timestamptz)`,
      [
        JSON.stringify(
          occurrences.map(({ id, machineId, report, at, claimedAt, receivedAt }) => ({
            ...{ id, machineId, at, claimedAt, receivedAt },
            phase: report.phase,
            updateId: report.update.id,
            revision: report.update.revision,
            kb: report.update.kb,
            title: report.update.title,
          })),
        ),
      ],
    );
  }

  /** Successes of each machine after the moment that is named for it. */
  async successesAfter(
    transaction: Transaction,
    moments: ReadonlyMap<string, Date>,
  ): Promise<Map<string, LedgerSuccess[]>> {
    const found = await transaction.query<SuccessRow>(
      `SELECT s.machine_id AS "machineId", s.phase, s.update_id AS "updateId",
              s.update_revision AS "updateRevision", s.kb, s.update_title AS title, s.occurred_at AS at
         FROM unnest($1::uuid[], $2::timestamptz[]) AS since (machine_id, at)
         JOIN successes s ON s.machine_id = since.machine_id AND s.occurred_at > since.at`,
      [[...moments.keys()], [...moments.values()]],
    );
    const byMachine = new Map<string, LedgerSuccess[]>();
    for (const row of found) {
      const list = byMachine.get(row.machineId) ?? [];
      byMachine.set(row.machineId, list);
      list.push({ phase: row.phase, update: updateOf(row), at: row.at });
    }
    return byMachine;
  }
}
