import {
  DestroyRef,
  Injectable,
  InjectionToken,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import {
  CHANGES,
  type Changes,
  DASHBOARD_NAMESPACE,
  changesSchema,
  sessionSchema,
} from '@fleetmend/dashboard-api';
import { Subject } from 'rxjs';
import { Api } from './api';
import { SessionState } from './session-state';

/** `off` without a session; `waiting` while there was never a connection, or it broke and is tried again. */
export type LiveState = 'off' | 'waiting' | 'connected';

/** Something changed, or (with a new connection) anything may have: load again what is shown. */
export type LiveEvent =
  { readonly type: 'changes'; readonly changes: Changes } | { readonly type: 'resync' };

/** What {@link Live} needs of a socket. */
export interface LiveSocket {
  /** Whether it connects again by itself. */
  readonly active: boolean;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  connect(): unknown;
  disconnect(): unknown;
}

/** Opens the socket. socket.io is fetched when the first session begins, not with the first page. */
export const OPEN_SOCKET = new InjectionToken<() => Promise<LiveSocket>>('OPEN_SOCKET', {
  providedIn: 'root',
  factory: () => async () => {
    const { io } = await import('socket.io-client');
    return io(DASHBOARD_NAMESPACE, {
      path: '/socket',
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 10_000,
      randomizationFactor: 0.6,
    });
  },
});

/** How long after a refused connection the next one is tried. */
const RETRY_MS = 5000;

/**
 * The live connection: open as long as there is a session. It only says *what* changed; pages fetch that over HTTP.
 * Every connection begins with `resync`, since what happened before it is unknown.
 */
@Injectable({ providedIn: 'root' })
export class Live {
  readonly #open = inject(OPEN_SOCKET);
  readonly #api = inject(Api);
  readonly #events = new Subject<LiveEvent>();
  readonly #state = signal<LiveState>('off');
  #socket: LiveSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Grows with every session, so that a socket that was still loading for an older one is closed at once. */
  #generation = 0;

  readonly state = this.#state.asReadonly();
  readonly events = this.#events.asObservable();

  constructor() {
    const { user } = inject(SessionState);
    let of: string | null = null;
    effect(() => {
      const id = user()?.id ?? null;
      if (id === of) return;
      of = id;
      untracked(() => {
        this.#close();
        if (id !== null) void this.#begin();
      });
    });
    inject(DestroyRef).onDestroy(() => {
      this.#close();
    });
  }

  async #begin(): Promise<void> {
    const generation = ++this.#generation;
    this.#state.set('waiting');
    let socket: LiveSocket;
    try {
      socket = await this.#open();
    } catch {
      this.#later(generation, () => void this.#begin());
      return;
    }
    if (generation !== this.#generation) {
      socket.disconnect();
      return;
    }
    this.#socket = socket;
    socket.on('connect', () => {
      this.#state.set('connected');
      // Also after the first connection: the page asked before it, and what changed in between was told to nobody.
      this.#events.next({ type: 'resync' });
    });
    socket.on('disconnect', () => {
      if (generation === this.#generation) this.#lost(socket, generation);
    });
    socket.on('connect_error', () => {
      if (generation === this.#generation) this.#lost(socket, generation);
    });
    socket.on(CHANGES, (message) => {
      const changes = changesSchema.safeParse(message);
      this.#events.next(
        changes.success ? { type: 'changes', changes: changes.data } : { type: 'resync' },
      );
    });
  }

  #lost(socket: LiveSocket, generation: number): void {
    this.#state.set('waiting');
    // Closed or refused by the server: it doesn't try again by itself, and the session may have ended (401 leads away).
    if (socket.active) return;
    this.#later(generation, () => {
      this.#api.get('/session', sessionSchema).then(
        () => generation === this.#generation && socket.connect(),
        () => {
          if (generation === this.#generation) this.#lost(socket, generation);
        },
      );
    });
  }

  #later(generation: number, what: () => void): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (generation === this.#generation) what();
    }, RETRY_MS);
  }

  #close(): void {
    this.#generation++;
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
    this.#socket = null;
    this.#state.set('off');
  }
}
