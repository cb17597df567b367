import { migration } from '../../platform/database';

/** What machines get that enrol with a token: a site and tags. */
export const enrolmentLabelsMigration = migration(
  'EnrolmentLabels',
  1795240000036,
  `
  ALTER TABLE enrolment_tokens
    ADD COLUMN site text CHECK (site <> '' AND length(site) <= 100),
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
  `,
);
