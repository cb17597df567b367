import { Injectable } from '@nestjs/common';
import { type EffectTally, HELPED_VERDICTS, type Phase } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';
import {
  DECIDED_ABOUT_FAILURE,
  DECIDED_ABOUT_PLAYBOOK,
  EFFECT_COUNTS,
  verdictList,
} from './decided-runs';

/** Decided runs of one version of a playbook against a fingerprint or its kind. */
export interface FingerprintTally extends EffectTally {
  readonly fingerprintId: string;
  readonly playbook: string;
}

/** Decided runs of one version of a playbook, with the levels that are proven for them. */
export interface EffectCounts {
  readonly playbook: string;
  readonly version: number;
  readonly helped: number;
  readonly decided: number;
  readonly L0: number;
  readonly L1: number;
  readonly L2: number;
  readonly L3: number;
  readonly L4: number;
}

/** A fingerprint's kind, and how many fingerprints are of it. */
export interface FailureKind {
  readonly code: string;
  readonly phase: Phase;
  readonly osFamily: string;
  readonly fingerprints: number;
}

/** What own runs say of playbooks; always counted from the runs themselves. */
@Injectable()
export class EffectivenessRepository {
  /** Own results against these fingerprints and their kinds, from the index alone. */
  async tallies(
    database: Queryable,
    fingerprintIds: readonly string[],
  ): Promise<FingerprintTally[]> {
    return database.query<FingerprintTally>(
      `WITH asked AS (
         SELECT id, code, phase, os_family FROM fingerprints WHERE id = ANY ($1::uuid[])),
       counted AS (
         SELECT f.code, f.phase, f.os_family, r.fingerprint_id, r.playbook, r.playbook_version AS version,
                count(*) FILTER (WHERE r.verdict IN (${verdictList(HELPED_VERDICTS)})) AS helped,
                count(*) AS decided
           FROM (SELECT DISTINCT code, phase, os_family FROM asked) kind
           JOIN fingerprints f USING (code, phase, os_family)
           JOIN runs r ON r.fingerprint_id = f.id
          WHERE ${DECIDED_ABOUT_FAILURE}
          GROUP BY 1, 2, 3, 4, 5, 6)
       SELECT a.id AS "fingerprintId", 'fingerprint' AS on, c.playbook, c.version,
              c.helped::int AS helped, c.decided::int AS decided
         FROM asked a JOIN counted c ON c.fingerprint_id = a.id
       UNION ALL
       SELECT a.id, 'kind', c.playbook, c.version, sum(c.helped)::int, sum(c.decided)::int
         FROM asked a JOIN counted c USING (code, phase, os_family)
        GROUP BY a.id, c.playbook, c.version`,
      [fingerprintIds],
    );
  }

  async ofFingerprint(database: Queryable, fingerprintId: string): Promise<EffectCounts[]> {
    return database.query<EffectCounts>(
      `SELECT r.playbook, r.playbook_version AS version, ${EFFECT_COUNTS}
         FROM runs r WHERE r.fingerprint_id = $1 AND ${DECIDED_ABOUT_FAILURE}
        GROUP BY 1, 2 ORDER BY 1, 2 DESC`,
      [fingerprintId],
    );
  }

  async ofKind(database: Queryable, fingerprintId: string): Promise<EffectCounts[]> {
    return database.query<EffectCounts>(
      `SELECT r.playbook, r.playbook_version AS version, ${EFFECT_COUNTS}
         FROM fingerprints asked
         JOIN fingerprints f USING (code, phase, os_family)
         JOIN runs r ON r.fingerprint_id = f.id
        WHERE asked.id = $1 AND ${DECIDED_ABOUT_FAILURE}
        GROUP BY 1, 2 ORDER BY 1, 2 DESC`,
      [fingerprintId],
    );
  }

  /** Undefined when there is no such fingerprint. */
  async kindOf(database: Queryable, fingerprintId: string): Promise<FailureKind | undefined> {
    const [kind] = await database.query<FailureKind>(
      `SELECT code, phase, os_family AS "osFamily",
              (SELECT count(*)::int FROM fingerprints f
                WHERE (f.code, f.phase, f.os_family) = (asked.code, asked.phase, asked.os_family)) AS fingerprints
         FROM fingerprints asked WHERE id = $1`,
      [fingerprintId],
    );
    return kind;
  }

  /** Own results of each playbook, against whatever failure. */
  async ofPlaybooks(database: Queryable): Promise<EffectCounts[]> {
    return database.query<EffectCounts>(
      `SELECT r.playbook, r.playbook_version AS version, ${EFFECT_COUNTS}
         FROM runs r WHERE ${DECIDED_ABOUT_PLAYBOOK}
        GROUP BY 1, 2 ORDER BY 1, 2 DESC`,
    );
  }
}
