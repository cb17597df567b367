import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../platform/database';

/** A machine under the name that it was looked up by. */
export interface NamedMachine {
  readonly id: string;
  /** In lower case. */
  readonly name: string;
  readonly domain: string | null;
}

/** Finds machines by their names. */
@Injectable()
export class MachineNamesRepository {
  /** The machines that have one of these names (in lower case), the longest enrolled first. */
  named(database: Queryable, names: readonly string[]): Promise<NamedMachine[]> {
    return database.query<NamedMachine>(
      `SELECT id, lower(hostname) AS name, domain FROM machines
        WHERE retired_at IS NULL AND lower(hostname) = ANY ($1::text[]) ORDER BY enrolled_at, id`,
      [names],
    );
  }
}
