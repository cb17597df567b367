import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import {
  type Refusal,
  type RefusalCode,
  type Report,
  reportSchema,
  type ReportsAck,
} from '@fleetmend/client-protocol';
import * as z from 'zod';
import { GroupCommit, QueueFull } from '../../platform/batching';
import { isDataError, isUnavailable, storable } from '../../platform/database';
import { Logger } from '../../platform/logging';
import { type MachineReport, ReportWriter } from './report-writer';

/** Reports in one transaction, and waiting for one: beyond that the machine is asked to come again. */
const BATCH_REPORTS = 1000;
const WAITING_REPORTS = 20_000;

type Accepted = Extract<ReportsAck, { ok: true }>;

interface ParsedMessage {
  readonly reports: readonly MachineReport[];
  readonly rejected: Accepted['rejected'];
}

const TRY_AGAIN = Symbol('try again');
/** What became of a report: undefined = taken, a text = why it never will be, or that it may be tried again. */
type ReportOutcome = string | undefined | typeof TRY_AGAIN;

function refusal(code: RefusalCode, message: string): Refusal {
  return { ok: false, code, message };
}

/** The id of a report that can't be read otherwise, if it has one. */
function idOf(report: unknown): string | null {
  const id = z.object({ id: z.uuid() }).safeParse(report);
  return id.success ? id.data.id : null;
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'The report can not be read.';
}

/** Takes what machines report, and acknowledges it once it is committed, never before. */
@Injectable()
export class ReportsService implements BeforeApplicationShutdown {
  private readonly queue: GroupCommit<readonly MachineReport[], readonly ReportOutcome[]>;

  constructor(
    private readonly writer: ReportWriter,
    private readonly logger: Logger,
  ) {
    this.queue = new GroupCommit((messages) => this.write(messages), {
      weigh: (reports) => reports.length,
      batchWeight: BATCH_REPORTS,
      waitingWeight: WAITING_REPORTS,
    });
  }

  /** The answer to the reports of one message of `machineId`, each of them still as it came. Never throws. */
  async submit(machineId: string, raw: readonly unknown[]): Promise<ReportsAck> {
    const { reports, rejected } = this.parse(machineId, raw);
    if (reports.length === 0) return { ok: true, accepted: [], rejected };
    try {
      const outcomes = await this.queue.submit(reports);
      return this.acknowledge(reports, outcomes, rejected);
    } catch (error) {
      if (error instanceof QueueFull) {
        return refusal('server-busy', 'Too many reports are waiting. Try again soon.');
      }
      this.logger.error({ err: error, machineId }, 'reports could not be written');
      return refusal('server-error', 'The reports could not be written. Try again soon.');
    }
  }

  /** What waits is written before the server ends. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.settled();
  }

  private parse(machineId: string, raw: readonly unknown[]): ParsedMessage {
    const reports: MachineReport[] = [];
    const rejected: Accepted['rejected'] = [];
    for (const each of raw) {
      const parsed = reportSchema.safeParse(each);
      if (parsed.success) reports.push({ machineId, report: storable<Report>(parsed.data) });
      else rejected.push({ id: idOf(each), message: problemOf(parsed.error) });
    }
    return { reports, rejected };
  }

  private acknowledge(
    reports: readonly MachineReport[],
    outcomes: readonly ReportOutcome[],
    unreadable: Accepted['rejected'],
  ): ReportsAck {
    const accepted: string[] = [];
    const rejected = [...unreadable];
    let again = 0;
    reports.forEach(({ report }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) accepted.push(report.id);
      else if (outcome === TRY_AGAIN) again += 1;
      else rejected.push({ id: report.id, message: outcome });
    });
    // What is in neither list stays in the machine's outbox; when that is everything, it should wait a little.
    if (again > 0 && accepted.length === 0 && rejected.length === 0) {
      return refusal('server-error', 'The reports could not be written. Try again soon.');
    }
    return { ok: true, accepted, rejected };
  }

  private async write(
    messages: readonly (readonly MachineReport[])[],
  ): Promise<(readonly ReportOutcome[])[]> {
    const outcomes = await this.writeOrDivide(messages.flat());
    let start = 0;
    return messages.map((reports) => outcomes.slice(start, (start += reports.length)));
  }

  /** Writes all at once; when that fails over one report, halves find the culprit, and only that one is refused. */
  private async writeOrDivide(reports: readonly MachineReport[]): Promise<ReportOutcome[]> {
    try {
      return await this.writer.write(reports);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      const [only] = reports;
      if (reports.length > 1 || !only) {
        const half = Math.ceil(reports.length / 2);
        const first = await this.writeOrDivide(reports.slice(0, half));
        return [...first, ...(await this.writeOrDivide(reports.slice(half)))];
      }
      const { machineId, report } = only;
      const fields = { err: error, machineId, reportId: report.id, kind: report.kind };
      if (isDataError(error)) {
        this.logger.warn(fields, 'a report holds what the database can not keep');
        return ['The report holds a value that can not be kept.'];
      }
      this.logger.error(fields, 'a report could not be written');
      return [TRY_AGAIN];
    }
  }
}
