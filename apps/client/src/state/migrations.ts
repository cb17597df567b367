/**
 * The schema, one entry per version, only ever added to. `user_version` of the file says how many were applied.
 * Instants are milliseconds since 1970, by the machine's clock.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    server_url TEXT NOT NULL,
    machine_id TEXT NOT NULL,
    server_id TEXT NOT NULL,
    server_key TEXT NOT NULL,
    private_key TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE metadata (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE bookmarks (
    source TEXT PRIMARY KEY,
    position TEXT NOT NULL
  ) STRICT;

  CREATE TABLE known_updates (
    update_id TEXT PRIMARY KEY,
    kb TEXT,
    title TEXT,
    kind TEXT,
    seen_at INTEGER NOT NULL
  ) STRICT;

  -- One row for each failure that was reported, and one sighting for each record that told of it.
  CREATE TABLE occurrences (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    phase TEXT NOT NULL,
    update_key TEXT NOT NULL,
    occurred_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX occurrences_by_meaning ON occurrences (code, phase, update_key, occurred_at);
  CREATE TABLE sightings (
    occurrence INTEGER NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sightings_by_occurrence ON sightings (occurrence);

  -- What verification looks at: everything that Windows Update was seen to do.
  CREATE TABLE observations (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    phase TEXT NOT NULL,
    code TEXT,
    kind TEXT NOT NULL,
    update_id TEXT,
    kb TEXT,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX observations_by_time ON observations (at);

  CREATE TABLE open_failures (
    update_key TEXT NOT NULL,
    phase TEXT NOT NULL,
    code TEXT NOT NULL,
    revision INTEGER,
    failed_at INTEGER NOT NULL,
    PRIMARY KEY (update_key, phase, code)
  ) STRICT;

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    run_id TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_by_run ON outbox (run_id) WHERE run_id IS NOT NULL;
  CREATE TABLE rejected_reports (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    message TEXT NOT NULL,
    rejected_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    origin TEXT NOT NULL CHECK (origin IN ('order', 'local')),
    definition TEXT NOT NULL,
    state TEXT NOT NULL,
    next_sequence INTEGER NOT NULL,
    resumes INTEGER NOT NULL DEFAULT 0,
    begun_at INTEGER NOT NULL,
    ended_at INTEGER,
    verdict TEXT
  ) STRICT;
  CREATE TABLE journal (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL REFERENCES runs (run_id),
    entry TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX journal_by_run ON journal (run_id, position);

  CREATE TABLE seen_orders (
    key TEXT PRIMARY KEY,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;

  -- Runs that somebody at the machine asked for while the service was running.
  CREATE TABLE local_requests (
    run_id TEXT PRIMARY KEY,
    definition TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Each record of each source that told of a failure, and the report that it belongs to.
  CREATE TABLE tellings (
    id INTEGER PRIMARY KEY,
    occurrence INTEGER NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    code TEXT NOT NULL,
    phase TEXT NOT NULL,
    update_id TEXT,
    kb TEXT,
    is_feature INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tellings_by_time ON tellings (at);
  CREATE INDEX tellings_by_occurrence ON tellings (occurrence);
  INSERT INTO tellings (occurrence, source, code, phase, update_id, kb, is_feature, at)
    SELECT occurrences.id, source, code, phase,
      CASE WHEN update_key LIKE 'KB%' THEN NULL ELSE nullif(update_key, '') END,
      CASE WHEN update_key LIKE 'KB%' THEN update_key
        ELSE (SELECT kb FROM known_updates WHERE update_id = update_key) END,
      coalesce((SELECT kind = 'feature' FROM known_updates WHERE update_id = update_key), 0),
      sightings.at
    FROM sightings JOIN occurrences ON occurrences.id = sightings.occurrence;
  DROP TABLE sightings;

  -- Since when this machine's client knows of a source: what is older there is the past.
  CREATE TABLE known_sources (
    source TEXT PRIMARY KEY,
    since INTEGER NOT NULL
  ) STRICT;
  INSERT INTO known_sources (source, since)
    SELECT source, strftime('%s', value) * 1000 FROM bookmarks, metadata WHERE name = 'first-read';

  -- What servicing wrote, for failures that it may explain.
  CREATE TABLE clues (
    source TEXT NOT NULL,
    code TEXT NOT NULL,
    kb TEXT NOT NULL,
    at INTEGER NOT NULL,
    record TEXT NOT NULL,
    is_verdict INTEGER NOT NULL,
    PRIMARY KEY (at, source, code, kb)
  ) STRICT;

  -- Failures that are held back for a while, since another source may tell more of them.
  CREATE TABLE waiting_failures (
    id INTEGER PRIMARY KEY,
    observation TEXT NOT NULL,
    from_backlog INTEGER NOT NULL,
    due_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- How much waits, kept by the database itself: counting it with every report would take long.
  CREATE TABLE outbox_size (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    reports INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  INSERT INTO outbox_size
    SELECT 1, count(*), coalesce(sum(octet_length(body)), 0) FROM outbox;
  CREATE TRIGGER outbox_grows AFTER INSERT ON outbox BEGIN
    UPDATE outbox_size SET reports = reports + 1, bytes = bytes + octet_length(new.body);
  END;
  CREATE TRIGGER outbox_shrinks AFTER DELETE ON outbox BEGIN
    UPDATE outbox_size SET reports = reports - 1, bytes = bytes - octet_length(old.body);
  END;

  -- How many reports were given up for want of room.
  CREATE TABLE dropped_reports (
    kind TEXT PRIMARY KEY,
    count INTEGER NOT NULL
  ) STRICT;
  `,
];
