import { Injectable, computed, signal } from '@angular/core';
import { type Role, type Session, includesRole } from '@fleetmend/dashboard-api';

/** Who is signed in. Written by {@link Sessions} and, when the server says 401, by `Api`. */
@Injectable({ providedIn: 'root' })
export class SessionState {
  readonly #session = signal<Session | null>(null);
  readonly session = this.#session.asReadonly();
  readonly user = computed(() => this.#session()?.user ?? null);
  readonly role = computed(() => this.user()?.role ?? null);

  set(session: Session | null): void {
    this.#session.set(session);
  }

  /** Whether the person has the rights of `needed`. Reads a signal: buttons follow. */
  can(needed: Role): boolean {
    const role = this.role();
    return role !== null && includesRole(role, needed);
  }
}
