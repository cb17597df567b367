import { createHash, randomUUID } from 'node:crypto';
import { OPERATOR, runEvent, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { unzip } from '../../../testing/unzip';
import { makeArchive } from './evidence-archive';
import { EvidenceService } from './evidence.service';
import { redact } from './redact';

const begin = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
const end = ['-----END', 'PRIVATE KEY-----'].join(' ');

describe('a bundle of evidence', () => {
  const fleet = testFleet();
  const { pushed, orders } = testRuns(fleet);
  const evidence = () => fleet.get(EvidenceService);

  /** A run that saved a record, told of a step and ended with the same error. */
  async function badRun() {
    const run = await pushed();
    await orders(run.machineId);
    await fleet.report(
      run.machineId,
      ...[1, 0].map((part) => ({
        ...{ kind: 'history', runId: run.runId, name: '../Reporting Events.log', part, parts: 2 },
        content: part === 0 ? 'first via http://joe:hunter2@proxy:8080 ' : 'second',
      })),
      runEvent(run.runId, 0, {
        ...{ event: 'step', stepId: 'rename-folder', section: 'acting', state: 'done' },
        message: 'Renamed.',
      }),
      runEvent(run.runId, 1, { event: 'verdict', verdict: 'same-error', level: 'L1' }),
    );
    return run;
  }

  it('of a run has the run, its failure with records, its saved records and hashes of all', async () => {
    const { runId, machineId } = await badRun();
    const files = unzip((await evidence().ofRun(runId, OPERATOR)).content);
    expect([...files.keys()].sort()).toEqual([
      ...['README.txt', 'SHA256SUMS', 'events.jsonl', 'failures.json'],
      ...['histories/1-_Reporting_Events_log.txt', 'machine.json', 'moves.json', 'run.json'],
      ...['steps.json', 'timeline.txt'],
    ]);
    expect(files.get('README.txt')).toMatch(/same-error \(not good\)/);
    expect(files.get('README.txt')).toMatch(/0x80070002 in download, KB5034441/);
    expect(JSON.parse(files.get('run.json') ?? '')).toMatchObject({
      ...{ id: runId, machineId, verdict: 'same-error', createdBy: OPERATOR.email },
    });
    expect(JSON.parse(files.get('failures.json') ?? '')).toMatchObject({
      fingerprint: { code: '0x80070002' },
      failures: [{ evidence: [{ source: 'reporting-events', record: 'a line' }] }],
    });
    expect(files.get('histories/1-_Reporting_Events_log.txt')).toBe(
      'first via http://[removed]@proxy:8080 second',
    );
    expect(files.get('timeline.txt')).toMatch(/run .* ended same-error/);
    const sums = (files.get('SHA256SUMS') ?? '').trim().split('\n');
    expect(sums).toHaveLength(files.size - 1);
    for (const line of sums) {
      const [sum, path] = line.split('  ');
      expect(
        createHash('sha256')
          .update(files.get(path ?? '') ?? '')
          .digest('hex'),
      ).toBe(sum);
    }
  });

  it('of a run has what the failure turned into, with its records', async () => {
    const { runId, machineId } = await badRun();
    fleet.clock.pass(10);
    await fleet.report(machineId, fleet.failure(-5, { code: '0x800F0922', phase: 'install' }));
    const files = unzip((await evidence().ofRun(runId, OPERATOR)).content);
    const { failures } = JSON.parse(files.get('failures.json') ?? '') as {
      failures: { code: string }[];
    };
    expect(failures.map(({ code }) => code)).toEqual(['0x800F0922', '0x80070002']);
  });

  it('is the same, byte for byte, while nothing new is known', async () => {
    const { runId, machineId } = await badRun();
    const first = await evidence().ofRun(runId, OPERATOR);
    fleet.clock.pass(3 * 86_400);
    expect((await evidence().ofRun(runId, OPERATOR)).content).toEqual(first.content);
    await fleet.report(machineId, fleet.failure(-1));
    expect((await evidence().ofRun(runId, OPERATOR)).content).not.toEqual(first.content);
  });

  it('of a machine has all its failures and a folder for each run, and neither key nor token', async () => {
    const { machineId, runId } = await badRun();
    const files = unzip((await evidence().ofMachine(machineId, OPERATOR)).content);
    expect([...files.keys()]).toEqual(expect.arrayContaining([`runs/${runId}/run.json`]));
    const [machine] = await fleet.database.query<{ key: string; token: string }>(
      'SELECT public_key AS key, enrolment_token_id AS token FROM machines WHERE id = $1',
      [machineId],
    );
    const all = [...files.values()].join('\n');
    expect(all).not.toContain(machine?.key ?? '');
    expect(all).not.toContain(machine?.token ?? '');
  });

  it('leaves an entry in the audit log for each download, with its hash', async () => {
    const { runId } = await badRun();
    const { content } = await evidence().ofRun(runId, OPERATOR);
    const entries = await fleet.database.query(
      `SELECT actor, action, after FROM audit_entries WHERE subject_id = $1 AND action LIKE 'evidence.%'`,
      [runId],
    );
    const hash = createHash('sha256').update(content).digest('hex');
    expect(entries).toEqual([
      {
        ...{ actor: OPERATOR.email, action: 'evidence.downloaded' },
        after: { bytes: content.length, sha256: hash },
      },
    ]);
  });

  it.each(['ofRun', 'ofMachine'] as const)('%s of something unknown is refused', async (door) => {
    await expect(evidence()[door](randomUUID(), OPERATOR)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('is made of the same files in any order to the same bytes', async () => {
    const files: [string, string][] = [
      ['b.txt', 'b'],
      ['a/c.txt', 'c'],
      ['Z.txt', 'z'],
    ];
    expect(await makeArchive(new Map(files))).toEqual(
      await makeArchive(new Map([...files].reverse())),
    );
  });
});

describe('what is removed from evidence', () => {
  it.each([
    ['proxy http://joe:hunter2@proxy:8080', 'proxy http://[removed]@proxy:8080'],
    ['Proxy-Authorization: Basic am9lOmh1bnRlcjI=', 'Proxy-Authorization: [removed]'],
    ['sent Bearer abcdefghijklmnopqrst', 'sent Bearer [removed]'],
    ['password="hun ter2"; user=joe', 'password=[removed]; user=joe'],
    ['a\n' + `${begin}\nMC4C\n${end}\nb`, 'a\n[removed]: a private key\nb'],
    ['token of the scan: 5, see https://example.org/a@b', null],
    ['Title: KB5034441, user joe@example.org', null],
  ])('%j', (text, expected) => {
    expect(redact(text)).toBe(expected ?? text);
  });
});
