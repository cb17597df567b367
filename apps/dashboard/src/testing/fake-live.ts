import { type Provider, signal } from '@angular/core';
import { type Changes } from '@fleetmend/dashboard-api';
import { Subject } from 'rxjs';
import { Live, type LiveEvent, type LiveState } from '../api/live';

/** A live connection that the test speaks through. */
export class FakeLive {
  readonly events = new Subject<LiveEvent>();
  readonly state = signal<LiveState>('connected');

  changed(what: Partial<Changes>): void {
    this.events.next({
      type: 'changes',
      changes: {
        machines: [],
        fingerprints: [],
        runs: [],
        remediations: [],
        campaigns: [],
        lists: [],
        truncated: false,
        ...what,
      },
    });
  }

  reconnected(): void {
    this.events.next({ type: 'resync' });
  }

  get provider(): Provider {
    return { provide: Live, useValue: this };
  }
}
