import { Injectable, inject } from '@angular/core';
import {
  type SetupRequest,
  type SignInRequest,
  sessionSchema,
  setupStateSchema,
} from '@fleetmend/dashboard-api';
import { Api } from './api';
import { toApiError } from './api-error';
import { SessionState } from './session-state';

/** Begins and ends sessions. Who is signed in: {@link SessionState}. */
@Injectable({ providedIn: 'root' })
export class Sessions {
  readonly #api = inject(Api);
  readonly #state = inject(SessionState);
  #first: Promise<void> | null = null;

  /** Asks the server once whether the browser has a session already. Throws `ApiError` when it doesn't answer. */
  ready(): Promise<void> {
    this.#first ??= this.#load().catch((error: unknown) => {
      this.#first = null;
      throw error;
    });
    return this.#first;
  }

  /** Whether the first administrator is still missing. */
  async setupNeeded(): Promise<boolean> {
    return (await this.#api.get('/setup', setupStateSchema, { anonymous: true })).needed;
  }

  async signIn(request: SignInRequest): Promise<void> {
    this.#state.set(await this.#api.post('/session', request, sessionSchema, { anonymous: true }));
  }

  /** Makes the first administrator and signs in. */
  async setUp(request: SetupRequest): Promise<void> {
    this.#state.set(await this.#api.post('/setup', request, sessionSchema, { anonymous: true }));
  }

  /** Ends the session. A server that doesn't answer keeps it, so that is an error; one that knows no session is fine. */
  async signOut(): Promise<void> {
    try {
      await this.#api.send('DELETE', '/session', undefined, { anonymous: true });
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status !== 401) throw error;
    }
    this.#state.set(null);
  }

  async #load(): Promise<void> {
    try {
      this.#state.set(await this.#api.get('/session', sessionSchema, { anonymous: true }));
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status !== 401) throw error;
      this.#state.set(null);
    }
  }
}
