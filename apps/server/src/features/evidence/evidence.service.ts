import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database';
import { notFound } from '../../platform/errors';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import {
  type EvidenceFiles,
  jsonFile,
  jsonLines,
  makeArchive,
  sha256,
  textFile,
} from './evidence-archive';
import { machineReadme, runReadme } from './evidence-readme';
import { EvidenceRepository, type EvidenceRun } from './evidence.repository';

const DAY = 86_400_000;
/** The timeline of a run begins so long before its order and ends so long after its end. */
const BEFORE = 7 * DAY;
const AFTER = 14 * DAY;
/** So much of a machine with a long story is in a bundle: the newest. */
const FAILURES = 500;
const ENTRIES = 5000;
const RUNS = 50;

/** A bundle as it is downloaded. */
export interface EvidenceBundle {
  readonly name: string;
  readonly content: Buffer;
}

interface Collected {
  readonly files: EvidenceFiles;
  readonly hostname: string;
}

/** Everything that is known of a run or a machine, for Microsoft's support, an auditor, or whoever takes over. */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly repository: EvidenceRepository,
  ) {}

  /** @throws `not-found` */
  ofRun(id: string, actor: Actor): Promise<EvidenceBundle> {
    return this.bundle('run', id, actor, (transaction) => this.collectRun(transaction, id));
  }

  /** @throws `not-found` */
  ofMachine(id: string, actor: Actor): Promise<EvidenceBundle> {
    return this.bundle('machine', id, actor, (transaction) => this.collectMachine(transaction, id));
  }

  /** Who took it is in the audit log before anything of it is sent. */
  private async bundle(
    subjectType: 'run' | 'machine',
    subjectId: string,
    actor: Actor,
    collect: (transaction: Transaction) => Promise<Collected>,
  ): Promise<EvidenceBundle> {
    const { files, hostname } = await this.database.inTransaction(async (transaction) => {
      await this.repository.holdStill(transaction);
      return collect(transaction);
    });
    const content = await makeArchive(files);
    await this.database.inTransaction((transaction) =>
      this.audit.record(transaction, {
        ...{ actor, action: 'evidence.downloaded', subjectType, subjectId },
        summary: `Downloaded the evidence of ${subjectType === 'run' ? `a run on ${hostname}` : hostname}.`,
        after: { bytes: content.length, sha256: sha256(content) },
      }),
    );
    const host = hostname.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 60);
    return { name: `evidence-${host}-${subjectType}-${subjectId.slice(0, 8)}.zip`, content };
  }

  private async collectRun(transaction: Transaction, id: string): Promise<Collected> {
    const run = await this.repository.run(transaction, id);
    if (!run) throw notFound('run');
    const { machineId, fingerprintId } = run;
    const machine = await this.repository.machine(transaction, machineId);
    if (!machine) throw notFound('machine');
    const fingerprint =
      fingerprintId === null
        ? undefined
        : await this.repository.fingerprint(transaction, machineId, fingerprintId);
    const span = {
      from: new Date(run.createdAt.getTime() - BEFORE),
      to: new Date((run.endedAt ?? run.createdAt).getTime() + AFTER),
    };
    // Also those of other codes: what a run turned a failure into is what a person has to look at.
    const failures = await this.repository.failures(transaction, machineId, span, FAILURES);
    const timeline = await this.repository.timeline(transaction, machineId, span, ENTRIES);
    const steps = await this.repository.steps(transaction, id);
    return {
      hostname: machine.hostname,
      files: new Map([
        ['README.txt', runReadme(run, steps, machine, fingerprint)],
        ['machine.json', jsonFile(machine)],
        ['failures.json', jsonFile({ fingerprint: fingerprint ?? null, failures })],
        ['timeline.txt', timelineFile(timeline)],
        ...(await this.runFiles(transaction, run, '')),
        ...(await this.histories(transaction, id)),
      ]),
    };
  }

  private async collectMachine(transaction: Transaction, id: string): Promise<Collected> {
    const machine = await this.repository.machine(transaction, id);
    if (!machine) throw notFound('machine');
    const fingerprints = await this.repository.fingerprintsOf(transaction, id);
    const span = { from: null, to: null };
    const failures = await this.repository.failures(transaction, id, span, FAILURES);
    const timeline = await this.repository.timeline(transaction, id, span, ENTRIES);
    const runs = await this.repository.runsOf(transaction, id, RUNS);
    const files = new Map([
      ['README.txt', machineReadme(machine, fingerprints, runs)],
      ['machine.json', jsonFile(machine)],
      ['failures.json', jsonFile({ fingerprints, failures })],
      ['timeline.txt', timelineFile(timeline)],
    ]);
    for (const run of runs) {
      const more = await this.runFiles(transaction, run, `runs/${run.id}/`);
      for (const [path, text] of more) files.set(path, text);
    }
    return { hostname: machine.hostname, files };
  }

  private async runFiles(
    transaction: Transaction,
    run: EvidenceRun,
    folder: string,
  ): Promise<[string, string][]> {
    const { id } = run;
    return [
      [`${folder}run.json`, jsonFile(run)],
      [`${folder}steps.json`, jsonFile(await this.repository.steps(transaction, id))],
      [`${folder}moves.json`, jsonFile(await this.repository.moves(transaction, id))],
      [`${folder}events.jsonl`, jsonLines(await this.repository.events(transaction, id))],
    ];
  }

  private async histories(transaction: Transaction, runId: string): Promise<[string, string][]> {
    const histories = await this.repository.histories(transaction, runId);
    return histories.map(({ name, complete, text }, index) => [
      `histories/${index + 1}-${fileName(name)}${complete ? '' : '-incomplete'}.txt`,
      textFile(text),
    ]);
  }
}

/** Names of records come from machines: nothing of them may lead out of the folder. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 80);
}

function timelineFile(entries: readonly object[]): string {
  return textFile(
    entries
      .map((entry) => {
        const { at, kind, what } = entry as { at: Date; kind: string; what: string };
        return `${at.toISOString()}  ${kind.padEnd(14)}  ${what.replace(/\s+/g, ' ')}\n`;
      })
      .join(''),
  );
}
