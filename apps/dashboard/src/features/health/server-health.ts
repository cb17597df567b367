import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Component, DestroyRef, computed, inject } from '@angular/core';
import { API_PREFIX, type Health, healthSchema } from '@fleetmend/dashboard-api';
import { firstValueFrom } from 'rxjs';
import { ApiError, toApiError } from '../../api/api-error';
import { type Snapshot, snapshot } from '../../api/snapshot';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip, type Tone } from '../../design/status-chip';

const EVERY_MS = 15_000;

type Result = NonNullable<Health['jobs'][number]['lastResult']>;

const results: Readonly<Record<Result, { readonly word: string; readonly tone: Tone }>> = {
  ok: { word: 'Done', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  skipped: { word: 'Skipped', tone: 'quiet' },
};

/** How the server itself is: version, database, background work. */
@Component({
  selector: 'fm-server-health',
  imports: [LoadState, PageHeader, RefreshProblem, RelativeTime, StatusChip],
  templateUrl: './server-health.html',
  styles: `
    /* Names of jobs are one word, and some are long. */
    tbody th {
      overflow-wrap: anywhere;
    }
  `,
})
export class ServerHealth {
  protected readonly results = results;
  readonly #http = inject(HttpClient);

  protected readonly health: Snapshot<Health> = snapshot({
    key: () => null,
    load: () => this.#read(),
    affectedBy: () => false,
  });
  protected readonly jobs = computed(() => this.health.value()?.jobs ?? []);

  constructor() {
    const timer = setInterval(() => void this.health.reload(), EVERY_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }

  /** A server that is failing answers with 503 and still says what is wrong. */
  async #read(): Promise<Health> {
    const body: unknown = await firstValueFrom(this.#http.get(`${API_PREFIX}/health`)).catch(
      (error: unknown) => {
        if (error instanceof HttpErrorResponse && error.status === 503)
          return error.error as unknown;
        throw toApiError(error);
      },
    );
    const health = healthSchema.safeParse(body);
    if (health.success) return health.data;
    throw new ApiError('unexpected-answer', 'The server did not say how it is.');
  }
}
