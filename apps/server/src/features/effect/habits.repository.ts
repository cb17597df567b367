import { Injectable } from '@nestjs/common';
import { type ConnectionHabits, HOURS_OF_WEEK, hourOfWeek } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';

/** The weight of one look. */
const LOOK = 100;
/** What is left of what was known of an hour with each further look at it: half of it fades in five weeks. */
const KEPT = '7 / 8';
const NOTHING = `array_fill(0::smallint, ARRAY[${HOURS_OF_WEEK}])`;
const HOUR_MS = 3_600_000;
/** So many machines show when their like is connected. */
const SAMPLE = 1000;

@Injectable()
export class HabitsRepository {
  /**
   * Looks who is connected, one statement for all. The first look in an hour counts; later ones only find those that have
   * connected since. Answers how many rows were written.
   */
  async look(database: Queryable, now: Date): Promise<number> {
    const hour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS);
    // Arrays of PostgreSQL begin at 1.
    const slot = hourOfWeek(hour) + 1;
    const [written] = await database.query<{ rows: number }>(
      `WITH looked AS (
         INSERT INTO machine_habits AS h (machine_id, looks, connected, hour, was_connected)
         SELECT m.id,
                (${NOTHING})[1:$2::int - 1] || ${LOOK}::smallint || (${NOTHING})[$2::int + 1:],
                (${NOTHING})[1:$2::int - 1] || (CASE WHEN m.online THEN ${LOOK} ELSE 0 END)::smallint
                  || (${NOTHING})[$2::int + 1:],
                $1::timestamptz, m.online
           FROM machines m WHERE m.retired_at IS NULL AND m.last_seen_at IS NOT NULL
          ORDER BY m.id
         ON CONFLICT (machine_id) DO UPDATE SET
           looks[$2::int] = CASE WHEN h.hour = $1 THEN h.looks[$2::int]
                             ELSE h.looks[$2::int] * ${KEPT} + ${LOOK} END,
           connected[$2::int] = CASE WHEN h.hour = $1 THEN h.connected[$2::int] ELSE h.connected[$2::int] * ${KEPT} END
                             + CASE WHEN excluded.was_connected THEN ${LOOK} ELSE 0 END,
           hour = excluded.hour, was_connected = excluded.was_connected
         WHERE h.hour < $1 OR (h.hour = $1 AND excluded.was_connected AND NOT h.was_connected)
         RETURNING 1)
       SELECT count(*)::int AS rows FROM looked`,
      [hour, slot],
    );
    return written?.rows ?? 0;
  }

  /** Forgets the habits of retired machines. */
  async forgetRetired(database: Queryable): Promise<void> {
    await database.query(
      `DELETE FROM machine_habits h USING machines m WHERE m.id = h.machine_id AND m.retired_at IS NOT NULL`,
    );
  }

  /**
   * The habits of these machines together, in looks; those of which nothing is known add nothing. Of very many a sample
   * is added up, always the same of the same machines.
   */
  async together(
    database: Queryable,
    machineIds: readonly string[],
  ): Promise<ConnectionHabits & { readonly machinesKnown: number }> {
    const [sums] = await database.query<{ looks: number[]; connected: number[]; known: number }>(
      `WITH chosen AS (
         SELECT machine_id, looks, connected FROM machine_habits WHERE machine_id = ANY ($1::uuid[])),
       sample AS (
         SELECT looks, connected FROM chosen ORDER BY hashtextextended(machine_id::text, 0) LIMIT ${SAMPLE}),
       summed AS (
         SELECT slot, sum(looked)::float8 / ${LOOK} AS looks, sum(seen)::float8 / ${LOOK} AS connected
           FROM sample, unnest(sample.looks, sample.connected) WITH ORDINALITY AS each (looked, seen, slot)
          GROUP BY slot)
       SELECT coalesce(array_agg(looks ORDER BY slot), '{}') AS looks,
              coalesce(array_agg(connected ORDER BY slot), '{}') AS connected,
              (SELECT count(*)::int FROM chosen) AS known
         FROM summed`,
      [machineIds],
    );
    return {
      looks: sums?.looks ?? [],
      connected: sums?.connected ?? [],
      machinesKnown: sums?.known ?? 0,
    };
  }
}
