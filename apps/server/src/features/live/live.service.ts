import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Changes } from '@fleetmend/dashboard-api';
import { Events } from '../../platform/events';
import { PendingChanges } from './pending-changes';

/** How long changes are gathered before they are told, in ms: short for people, long for a busy fleet. */
export const GATHERING = 200;

/** Gathers what features change and tells it, at most five times a second. */
@Injectable()
export class LiveService implements OnModuleInit, OnModuleDestroy {
  private readonly pending = new PendingChanges();
  private timer: NodeJS.Timeout | undefined;
  private tell: ((changes: Changes) => void) | undefined;

  constructor(private readonly events: Events) {}

  /** Who is told: the gateway. */
  toldTo(tell: (changes: Changes) => void): void {
    this.tell = tell;
  }

  onModuleInit(): void {
    this.events.on('machines-changed', ({ machineIds }) => {
      this.add('machines', machineIds);
    });
    this.events.on('fingerprints-changed', ({ fingerprintIds }) => {
      this.add('fingerprints', fingerprintIds);
    });
    this.events.on('runs-changed', ({ runIds, remediationIds, machineIds }) => {
      this.add('runs', runIds);
      this.add('remediations', remediationIds);
      this.add('machines', machineIds);
    });
    this.events.on('campaigns-changed', ({ campaignIds }) => {
      this.add('campaigns', campaignIds);
    });
    this.events.on('list-changed', ({ list }) => {
      this.pending.addList(list);
      this.soon();
    });
    for (const name of ['everything-changed', 'events-missed'] as const) {
      this.events.on(name, () => {
        this.pending.addEverything();
        this.soon();
      });
    }
  }

  /** From now on nobody is there to be told. */
  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.tell = undefined;
  }

  private add(kind: Parameters<PendingChanges['add']>[0], ids: readonly string[]): void {
    this.pending.add(kind, ids);
    this.soon();
  }

  private soon(): void {
    if (!this.tell || this.pending.isEmpty) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.tell?.(this.pending.take());
    }, GATHERING);
  }
}
