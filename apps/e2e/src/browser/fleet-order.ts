import type { OrderClaims, StateEvent, StepEvent, VerdictEvent } from '@fleetmend/client-protocol';
import { findPlaybook } from '@fleetmend/domain';
import { update } from './trouble';

type Send = (...reports: readonly Readonly<Record<string, unknown>>[]) => Promise<void>;

/** An order that a machine has fetched, carried out as the test says. Every call resolves after the commit. */
export class FleetOrder {
  private sequence = 0;

  constructor(
    readonly claims: OrderClaims,
    private readonly send: Send,
  ) {}

  get runId(): string {
    return this.claims.jti;
  }

  state(state: StateEvent['state']): Promise<void> {
    return this.send(this.event({ event: 'state', state }));
  }

  step(
    stepId: string,
    section: StepEvent['section'],
    state: StepEvent['state'],
    message: string,
  ): Promise<void> {
    return this.send(this.event({ event: 'step', stepId, section, state, message }));
  }

  verdict(
    verdict: VerdictEvent['verdict'],
    message: string,
    level?: VerdictEvent['level'],
  ): Promise<void> {
    const proof = level === undefined ? {} : { level };
    return this.send(this.event({ event: 'verdict', verdict, message, ...proof }));
  }

  /** All of it, in one message: every step ends well, and the update installs. */
  async succeed(): Promise<void> {
    const { playbook, playbookVersion, mode, jti } = this.claims;
    const isUndo = mode === 'undo';
    const steps = (findPlaybook(playbook, playbookVersion)?.steps ?? []).filter(
      ({ undo }) => !isUndo || undo !== undefined,
    );
    const reports: Readonly<Record<string, unknown>>[] = [];
    const say = (body: Readonly<Record<string, unknown>>) => reports.push(this.event(body));
    for (const { id, section, title } of steps) {
      if (mode === 'dry-run') {
        const message = `Would be done: ${title}.`;
        say({ event: 'step', stepId: id, section, state: 'skipped', message });
        continue;
      }
      say({ event: 'state', state: isUndo ? 'acting' : section });
      const where = isUndo ? 'undo' : section;
      for (const state of ['running', isUndo ? 'undone' : 'done']) {
        say({ event: 'step', stepId: id, section: where, state, message: title });
      }
    }
    if (mode === 'execute') {
      const occurredAt = new Date().toISOString();
      const record = { runId: jti, name: 'update-history', part: 0, parts: 1 };
      reports.push({ kind: 'history', ...record, content: 'KB5034441 failed\r\n' });
      reports.push({ kind: 'success', phase: 'install', update, occurredAt });
    }
    say({ event: 'verdict', ...ENDS[mode] });
    await this.send(...reports);
  }

  private event(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return { kind: 'run-event', runId: this.runId, sequence: this.sequence++, ...body };
  }
}

const ENDS = {
  execute: { verdict: 'fixed', level: 'L2', message: 'The update that had failed is installed.' },
  'dry-run': { verdict: 'dry-run-done', message: 'Nothing was changed.' },
  undo: { verdict: 'undone', message: 'The folder is back.' },
} as const;
