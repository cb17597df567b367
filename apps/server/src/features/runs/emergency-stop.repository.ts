import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../../platform/database';

/** How the switch stands, and who moved it last. */
export interface EmergencyStopRow {
  readonly on: boolean;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: Date | null;
}

const COLUMNS = 'is_on AS "on", reason, by, at';

@Injectable()
export class EmergencyStopRepository {
  async read(database: Queryable): Promise<EmergencyStopRow> {
    const [row] = await database.query<EmergencyStopRow>(`SELECT ${COLUMNS} FROM emergency_stop`);
    return row ?? { on: false, reason: null, by: null, at: null };
  }

  /** Moves the switch; answers how it stood before. */
  async put(
    transaction: Transaction,
    next: EmergencyStopRow & { readonly at: Date },
  ): Promise<EmergencyStopRow> {
    const [before] = await transaction.query<EmergencyStopRow>(
      `SELECT ${COLUMNS} FROM emergency_stop FOR UPDATE`,
    );
    await transaction.query('UPDATE emergency_stop SET is_on = $1, reason = $2, by = $3, at = $4', [
      ...[next.on, next.reason, next.by, next.at],
    ]);
    return before ?? { on: false, reason: null, by: null, at: null };
  }

  /** Machines for which an order waits. */
  async waiting(database: Queryable): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT DISTINCT machine_id AS id FROM runs WHERE state = 'queued'`,
    );
    return rows.map(({ id }) => id);
  }
}
