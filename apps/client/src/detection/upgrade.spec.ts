import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RecordWriter } from '../../testing/record-writer';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { Outbox } from '../outbox/outbox';
import { MIGRATIONS } from '../state/migrations';
import { openState } from '../state/open-state';
import { text } from '../state/state';
import { simulatedWindows } from '../windows/simulated';
import { Detection } from './detection';
import { sourcesOf } from './sources';

const ID = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
const UPDATE = {
  id: ID,
  kb: 'KB5068861',
  title: '2026-11 Cumulative Update (KB5068861)',
  code: '0x80070002',
  phase: 'install',
} as const;
const REPORTED_AT = new Date('2026-11-15T12:00:00.000Z');
const UNTOLD_AT = new Date('2026-11-18T12:00:00.000Z');

afterEach(removeTemporaryFolders);

/** A state as a client left it that read two sources; the machine has the records of all of them. */
it('a newer client reports nothing again that an older one did, and marks what that one could not see', async () => {
  const root = temporaryFolder();
  const folder = join(root, 'data');
  mkdirSync(folder);
  const old = new DatabaseSync(join(folder, 'client.db'));
  const before = MIGRATIONS.findIndex((migration) => migration.includes('DROP TABLE sightings'));
  for (const migration of MIGRATIONS.slice(0, before)) old.exec(migration);
  old.exec(`
    PRAGMA user_version = ${before};
    INSERT INTO metadata VALUES ('first-read', '2026-11-10T08:00:00.000Z');
    INSERT INTO bookmarks VALUES ('reporting-events', '{"offset":0,"tail":""}');
    INSERT INTO known_updates VALUES ('${ID}', '${UPDATE.kb}', '${UPDATE.title}', 'windows', 0);
    INSERT INTO occurrences VALUES (1, '${UPDATE.code}', 'install', '${ID}', ${REPORTED_AT.getTime()});
    INSERT INTO sightings VALUES (1, 'reporting-events', ${REPORTED_AT.getTime()});
  `);
  old.close();

  const windows = simulatedWindows({ root });
  const write = new RecordWriter(windows);
  write.servicing(UPDATE.kb, '0x800f0922', REPORTED_AT);
  for (const at of [REPORTED_AT, UNTOLD_AT]) write.history(UPDATE, at);
  write.event(UPDATE, REPORTED_AT);
  write.reportingEvents(UPDATE, REPORTED_AT);

  const state = openState(folder, silentLog);
  try {
    const clock = new VirtualClock('2026-11-21T08:00:00.000Z');
    const { readers } = sourcesOf(windows, clock);
    const outbox = new Outbox(state, silentLog);
    const detection = new Detection(readers, state, outbox, clock, silentLog);
    await detection.poll();
    clock.advance(3_600_000);
    await detection.poll();
    const reports = state.all('SELECT body FROM outbox').map((row) => text(row, 'body'));
    expect(reports.map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { kind: 'failure', occurredAt: UNTOLD_AT.toISOString(), fromBacklog: true },
    ]);
    const since = state.get("SELECT since FROM known_sources WHERE source = 'reporting-events'");
    expect(since?.['since']).toBe(Date.parse('2026-11-10T08:00:00.000Z'));
  } finally {
    state.close();
  }
});
