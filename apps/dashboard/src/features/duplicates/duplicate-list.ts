import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  duplicateSettingsSchema,
  type PossibleDuplicate,
  possibleDuplicatePageSchema,
  sharedHintListSchema,
  type WaitingReEnrolment,
  waitingReEnrolmentListSchema,
} from '@fleetmend/dashboard-api';
import { mdiContentDuplicate, mdiInformationOutline, mdiKeyAlertOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { keysetPages } from '../../api/keyset-pages';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { attempt } from '../../design/attempt';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { Pager } from '../../design/pager';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { DuplicateCard } from './duplicate-card';
import { sharedWords } from './duplicate-words';

/** Machines that may be one computer, computers that came with a copied key, and what happens to those. */
@Component({
  selector: 'fm-duplicate-list',
  imports: [
    DecimalPipe,
    DuplicateCard,
    EmptyState,
    Icon,
    LoadState,
    MatButton,
    PageHeader,
    Pager,
    RefreshProblem,
    RelativeTime,
  ],
  templateUrl: './duplicate-list.html',
  styleUrl: './duplicate-list.scss',
})
export class DuplicateList {
  readonly #api = inject(Api);
  protected readonly session = inject(SessionState);
  protected readonly attempt = attempt();

  protected readonly pairs = keysetPages({
    filter: () => 'open' as const,
    load: (state, page, signal) =>
      this.#api.get('/duplicates', possibleDuplicatePageSchema, {
        query: { state, ...page },
        signal,
      }),
    affectedBy: ({ lists, machines }, items) =>
      lists.includes('duplicates') ||
      items.some(({ newer, older }) => machines.includes(newer.id) || machines.includes(older.id)),
    id: ({ id }: PossibleDuplicate) => id,
    pageSize: 20,
  });
  /** What is short, in one: values that say nothing, who waits, and what happens by itself. */
  protected readonly around = snapshot({
    key: () => null,
    load: async (_key, signal) => {
      const [shared, waiting, settings] = await Promise.all([
        this.#api.get('/duplicates/shared-hints', sharedHintListSchema, { signal }),
        this.#api.get('/re-enrolments/waiting', waitingReEnrolmentListSchema, { signal }),
        this.#api.get('/duplicates/settings', duplicateSettingsSchema, { signal }),
      ]);
      return { shared: shared.items, waiting: waiting.items, ...settings };
    },
    affectedBy: ({ lists }) => lists.includes('duplicates'),
  });
  protected readonly isEmpty = computed(
    () => this.pairs.items().length === 0 && (this.around.value()?.waiting.length ?? 0) === 0,
  );

  protected readonly sharedWords = sharedWords;
  protected readonly keyIcon = mdiKeyAlertOutline;
  protected readonly infoIcon = mdiInformationOutline;
  protected readonly fineIcon = mdiContentDuplicate;

  protected async decide({ id }: WaitingReEnrolment, allow: boolean): Promise<void> {
    await this.attempt.make(() =>
      this.#api.send('POST', apiPath('re-enrolments', id, 'decision'), { allow }),
    );
    await this.around.reload();
  }

  protected async setAutomatic(automaticReEnrolment: boolean): Promise<void> {
    await this.attempt.make(() =>
      this.#api.send('PUT', '/duplicates/settings', { automaticReEnrolment }),
    );
    await this.around.reload();
  }
}
