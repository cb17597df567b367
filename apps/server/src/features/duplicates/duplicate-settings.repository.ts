import { Injectable } from '@nestjs/common';
import type { DuplicateSettings } from '@fleetmend/dashboard-api';
import type { Queryable, Transaction } from '../../platform/database';

const COLUMNS = 'automatic_re_enrolment AS "automaticReEnrolment"';

/** What administrators want to happen by itself. One row, which is always there. */
@Injectable()
export class DuplicateSettingsRepository {
  async read(database: Queryable): Promise<DuplicateSettings> {
    return only(
      await database.query<DuplicateSettings>(`SELECT ${COLUMNS} FROM duplicate_settings`),
    );
  }

  /** Answers what it was before. */
  async write(transaction: Transaction, settings: DuplicateSettings): Promise<DuplicateSettings> {
    const before = only(
      await transaction.query<DuplicateSettings>(
        `SELECT ${COLUMNS} FROM duplicate_settings FOR UPDATE`,
      ),
    );
    await transaction.query('UPDATE duplicate_settings SET automatic_re_enrolment = $1', [
      settings.automaticReEnrolment,
    ]);
    return before;
  }
}

function only([row]: readonly DuplicateSettings[]): DuplicateSettings {
  if (!row) throw new Error('The settings of duplicates are not there.');
  return row;
}
