import { migration } from '../../platform/database';

/** Which reports are known, so that each is taken once; and the orders that machines would not trust. */
export const reportsMigration = migration(
  'Reports',
  1795240000013,
  `
  CREATE TABLE known_reports (
    machine_id uuid NOT NULL,
    report_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (machine_id, report_id)
  );

  CREATE TABLE rejected_orders (
    id uuid PRIMARY KEY,
    machine_id uuid NOT NULL,
    reason text NOT NULL,
    digest text NOT NULL,
    message text NOT NULL,
    at timestamptz NOT NULL
  );
  CREATE INDEX rejected_orders_timeline ON rejected_orders (machine_id, at DESC, id DESC);
  `,
);

/** Finds old reports; a few pages in all, and next to nothing for each report that is added. */
export const reportsByAgeMigration = migration(
  'ReportsByAge',
  1795240000021,
  'CREATE INDEX known_reports_by_age ON known_reports USING brin (received_at) WITH (pages_per_range = 32)',
);
