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
    await transaction.query(
      `INSERT INTO failures
         (id, machine_id, fingerprint_id, code, extended_code, phase, update_kind, update_source, update_id,
          update_revision, kb, update_title, occurred_at, claimed_at, received_at, from_backlog, evidence)
       SELECT id, "machineId", "fingerprintId", code, "extendedCode", phase, "updateKind", "updateSource",
              "updateId", revision, kb, title, at, "claimedAt", "receivedAt", "fromBacklog", evidence
         FROM json_to_recordset($1::json) AS failure (
           id uuid, "machineId" uuid, "fingerprintId" uuid, code text, "extendedCode" text, phase text,
           "updateKind" text, "updateSource" text, "updateId" text, revision bigint, kb text, title text,
           at timestamptz, "claimedAt" timestamptz, "receivedAt" timestamptz, "fromBacklog" boolean,
           evidence jsonb)`,
      [
        JSON.stringify(
          occurrences.map(
            ({ id, machineId, fingerprintId, report, at, claimedAt, receivedAt }) => ({
              ...{ id, machineId, fingerprintId, at, claimedAt, receivedAt },
              code: report.code,
              extendedCode: report.extendedCode,
              phase: report.phase,
              updateKind: report.updateKind,
              updateSource: report.updateSource,
              updateId: report.update.id,
              revision: report.update.revision,
              kb: report.update.kb,
              title: report.update.title,
              fromBacklog: report.fromBacklog,
              evidence: report.evidence,
            }),
          ),
        ),
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
