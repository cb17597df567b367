import { migration } from '../../platform/database';

/** Filters of machines that people gave a name. */
export const savedFiltersMigration = migration(
  'SavedFilters',
  1795240000037,
  `
  CREATE TABLE saved_filters (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 100),
    filter jsonb NOT NULL,
    shared boolean NOT NULL,
    owner_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX saved_filters_own ON saved_filters (owner_id, lower(name)) WHERE NOT shared;
  CREATE UNIQUE INDEX saved_filters_shared ON saved_filters (lower(name)) WHERE shared;
  `,
);
