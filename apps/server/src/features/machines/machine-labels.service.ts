import { Injectable } from '@nestjs/common';
import { type LabelsAnswer, type LabelsRequest, MOST_TAGS } from '@fleetmend/dashboard-api';
import { Database } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { MachineLabelsRepository } from './machine-labels.repository';

/** What administrators say of machines: site and tags. */
@Injectable()
export class MachineLabelsService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly labels: MachineLabelsRepository,
  ) {}

  /**
   * Changes the labels of all selected machines, or of none.
   * @throws {RequestError} `invalid-request` where a machine would have too many tags
   */
  change(request: LabelsRequest, actor: Actor): Promise<LabelsAnswer> {
    const { selection, addTags = [], removeTags = [], site } = request;
    return this.database.inTransaction(async (transaction) => {
      const machineIds = await this.labels.lock(transaction, selection);
      const tags = [...addTags, ...removeTags];
      const before = await this.labels.counts(transaction, machineIds, tags);
      const changed = new Set([
        ...(await this.labels.removeTags(transaction, machineIds, removeTags)),
        ...(await this.labels.addTags(transaction, machineIds, addTags)),
        ...(site === undefined ? [] : await this.labels.setSite(transaction, machineIds, site)),
      ]);
      const over = await this.labels.overTagged(transaction, machineIds);
      if (over) throw tooManyTags(over);
      const answer = { machines: machineIds.length, changed: changed.size };
      if (changed.size === 0) return answer;
      const [only] = machineIds.length === 1 ? machineIds : [];
      await this.audit.record(transaction, {
        actor,
        action: 'machine.labelled',
        subjectType: 'machine',
        subjectId: only ?? null,
        summary: summaryOf(request, changed.size),
        before,
        after: {
          ...(await this.labels.counts(transaction, machineIds, tags)),
          ...answer,
          selection,
        },
      });
      this.events.tell(transaction, 'machines-changed', { machineIds: [...changed] });
      return answer;
    });
  }
}

function summaryOf({ addTags = [], removeTags = [], site }: LabelsRequest, changed: number) {
  const done = [
    ...(addTags.length > 0 ? [`added ${addTags.join(', ')}`] : []),
    ...(removeTags.length > 0 ? [`removed ${removeTags.join(', ')}`] : []),
    ...(site === undefined ? [] : [site === null ? 'took the site away' : `site ${site}`]),
  ].join('; ');
  return `Labelled ${changed === 1 ? '1 machine' : `${changed} machines`}: ${done}.`;
}

function tooManyTags({ hostname, machines }: { hostname: string; machines: number }): RequestError {
  const others = machines === 1 ? '' : ` and ${machines - 1} more`;
  const message = `A machine can have ${MOST_TAGS} tags; ${hostname}${others} would have more.`;
  return new RequestError('invalid-request', message, {
    problems: [{ path: 'addTags', message }],
  });
}
