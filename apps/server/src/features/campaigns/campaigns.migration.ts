import { migration } from '../../platform/database';

/** Campaigns, their waves, their machines, and which run is which try of what. Numbers are counted, never stored. */
export const campaignsMigration = migration(
  'Campaigns',
  1795240000051,
  `
  CREATE TABLE campaigns (
    id uuid PRIMARY KEY,
    -- Made by whoever asks: the same request makes one campaign, however often it comes.
    request_id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    -- All that was decided: targets, playbook, rollout, gate, budget, execution.
    plan jsonb NOT NULL,
    state text NOT NULL,
    pause_reason text,
    pause_message text,
    playbook text NOT NULL,
    playbook_version integer NOT NULL,
    mode text NOT NULL CHECK (mode IN ('execute', 'dry-run')),
    fingerprint_id uuid REFERENCES fingerprints (id),
    -- For people: "0x80070002 in download, KB5034441".
    failure text,
    parent_id uuid REFERENCES campaigns (id),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    changed_by text NOT NULL,
    submitted_by text,
    approved_by text,
    approved_at timestamptz,
    -- A change of a launched campaign that waits for a second person.
    proposed_change jsonb,
    proposed_reason text,
    proposed_by text,
    proposed_at timestamptz,
    launched_at timestamptz,
    launched_by text,
    started_at timestamptz,
    ended_at timestamptz,
    end_at timestamptz NOT NULL,
    -- A campaign's own clock never goes back, whichever server looks at it.
    advanced_at timestamptz,
    CHECK ((state = 'paused') = (pause_reason IS NOT NULL)),
    CHECK ((proposed_change IS NULL) = (proposed_by IS NULL))
  );
  CREATE INDEX campaigns_newest ON campaigns (created_at DESC, id DESC);
  CREATE INDEX campaigns_live ON campaigns (id) WHERE state IN ('scheduled', 'running', 'paused');
  CREATE INDEX campaigns_of_parent ON campaigns (parent_id) WHERE parent_id IS NOT NULL;

  CREATE TABLE campaign_waves (
    campaign_id uuid NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 1),
    state text NOT NULL,
    attempt integer NOT NULL DEFAULT 1,
    -- Its runs of this attempt and playbook version are under this remediation.
    remediation_id uuid REFERENCES remediations (id),
    started_at timestamptz,
    wait_until timestamptz,
    soak_until timestamptz,
    decided_at timestamptz,
    decision text,
    -- What was counted and compared when it was decided.
    evidence jsonb,
    PRIMARY KEY (campaign_id, number)
  );

  CREATE TABLE campaign_targets (
    campaign_id uuid NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    machine_id uuid NOT NULL,
    -- Null = left out, or held out.
    wave integer,
    position integer NOT NULL,
    role text NOT NULL CHECK (role IN ('member', 'canary', 'hold-out')),
    stratum text NOT NULL DEFAULT '',
    exclusion text,
    -- Tries that a machine has begun.
    attempt integer NOT NULL DEFAULT 0,
    -- Orders that it did not fetch in time since its last try.
    offers integer NOT NULL DEFAULT 0,
    -- To be ordered, as soon as its turn comes.
    pending boolean NOT NULL DEFAULT false,
    next_attempt_at timestamptz,
    -- The newest try.
    run_id uuid REFERENCES runs (id),
    -- Whether it was decided of the newest try, after its end, that no other follows.
    settled boolean NOT NULL DEFAULT false,
    -- How it ended where no run says it.
    verdict text,
    message text,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, machine_id),
    FOREIGN KEY (campaign_id, wave) REFERENCES campaign_waves (campaign_id, number) DEFERRABLE INITIALLY DEFERRED,
    CHECK (NOT pending OR (wave IS NOT NULL AND exclusion IS NULL AND verdict IS NULL))
  ) WITH (fillfactor = 70);
  CREATE INDEX campaign_targets_in_order ON campaign_targets (campaign_id, wave, position);
  CREATE INDEX campaign_targets_pending ON campaign_targets (campaign_id, wave, position) WHERE pending;
  CREATE INDEX campaign_targets_of_machine ON campaign_targets (machine_id, campaign_id);
  CREATE INDEX campaign_targets_of_run ON campaign_targets (run_id) WHERE run_id IS NOT NULL;

  CREATE TABLE campaign_runs (
    run_id uuid PRIMARY KEY REFERENCES runs (id),
    campaign_id uuid NOT NULL REFERENCES campaigns (id),
    machine_id uuid NOT NULL,
    wave integer NOT NULL,
    wave_attempt integer NOT NULL,
    attempt integer NOT NULL,
    playbook_version integer NOT NULL
  );
  CREATE INDEX campaign_runs_of_campaign ON campaign_runs (campaign_id, machine_id);

  -- Every move of a campaign and its waves; never changed.
  CREATE TABLE campaign_moves (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id uuid NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    wave integer,
    from_state text,
    to_state text,
    -- Null = the campaign by itself.
    actor text,
    message text NOT NULL,
    at timestamptz NOT NULL
  );
  CREATE INDEX campaign_moves_newest ON campaign_moves (campaign_id, id DESC);

  -- Runs that are to be taken back.
  CREATE TABLE campaign_undos (
    run_id uuid PRIMARY KEY REFERENCES runs (id),
    campaign_id uuid NOT NULL REFERENCES campaigns (id),
    remediation_id uuid NOT NULL REFERENCES remediations (id),
    asked_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    undo_run_id uuid REFERENCES runs (id),
    -- Why nothing more is tried.
    given_up text
  );
  CREATE INDEX campaign_undos_of_campaign ON campaign_undos (campaign_id);
  CREATE INDEX campaign_undos_open ON campaign_undos (campaign_id)
    WHERE undo_run_id IS NULL AND given_up IS NULL;

  CREATE TABLE campaign_settings (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    settings jsonb NOT NULL
  );

  -- The machine's own time zone, an IANA name, for maintenance windows in local time.
  ALTER TABLE machines ADD COLUMN time_zone text
    GENERATED ALWAYS AS (nullif(btrim(inventory ->> 'timeZone'), '')) STORED;

  -- A remediation may be part of a campaign.
  ALTER TABLE remediations ADD COLUMN campaign_id uuid REFERENCES campaigns (id), ADD COLUMN wave integer;
  CREATE INDEX remediations_of_campaign ON remediations (campaign_id) WHERE campaign_id IS NOT NULL;
  `,
);
