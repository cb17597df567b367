import { migration } from '../../platform/database';

/**
 * What administrators say of machines: site and tags; and the hardware that inventories tell of, as columns that follow
 * the inventory, also of machines that are there already.
 */
export const machineLabelsMigration = migration(
  'MachineLabels',
  1795240000035,
  `
  ALTER TABLE machines
    ADD COLUMN site text CHECK (site <> '' AND length(site) <= 100),
    ADD COLUMN manufacturer text
      GENERATED ALWAYS AS (nullif(btrim(inventory #>> '{hardware,manufacturer}'), '')) STORED,
    ADD COLUMN model text GENERATED ALWAYS AS (nullif(btrim(inventory #>> '{hardware,model}'), '')) STORED;
  CREATE INDEX machines_by_site ON machines (lower(site), id) WHERE retired_at IS NULL AND site IS NOT NULL;
  CREATE INDEX machines_by_model ON machines (model, id) WHERE retired_at IS NULL AND model IS NOT NULL;

  CREATE TABLE machine_tags (
    machine_id uuid NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
    tag text NOT NULL CHECK (tag ~ '^[a-z0-9][a-z0-9._:-]{0,49}$'),
    PRIMARY KEY (machine_id, tag)
  );
  CREATE INDEX machine_tags_by_tag ON machine_tags (tag, machine_id);
  `,
);
