import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type AuditEntry, auditPageSchema } from '@fleetmend/dashboard-api';
import { mdiChevronDown, mdiChevronRight, mdiClipboardTextOffOutline } from '@mdi/js';
import { Api } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { RelativeTime } from '../../design/relative-time';
import { AuditDetails } from './audit-details';
import { AuditFilters } from './audit-filters';

/** Who did what to what, and when; newest first. */
@Component({
  selector: 'fm-audit-log',
  imports: [
    AuditDetails,
    AuditFilters,
    EmptyState,
    Icon,
    LoadState,
    MatButton,
    MoreRows,
    PageHeader,
    RefreshProblem,
    RelativeTime,
  ],
  templateUrl: './audit-log.html',
  styleUrl: './audit-log.scss',
})
export class AuditLog {
  protected readonly open = mdiChevronDown;
  protected readonly closed = mdiChevronRight;
  protected readonly nothing = mdiClipboardTextOffOutline;
  readonly #api = inject(Api);

  /** Filters, as in the query of the request. */
  protected readonly actor = signal('');
  protected readonly action = signal('');
  protected readonly filtered = computed(() => this.actor() !== '' || this.action() !== '');
  readonly #opened = signal<ReadonlySet<string>>(new Set());

  protected readonly entries = pagedList<AuditEntry, { actor: string; action: string }>({
    filter: () => ({ actor: this.actor(), action: this.action() }),
    load: (filter, page, signal) =>
      this.#api.get('/audit', auditPageSchema, { query: { ...filter, ...page }, signal }),
    affectedBy: (changes) => changes.lists.includes('audit'),
    id: (entry) => entry.id,
  });

  protected readonly actors = computed(() => different(this.entries.items(), 'actor'));
  protected readonly actions = computed(() => different(this.entries.items(), 'action'));

  protected isOpen(entry: AuditEntry): boolean {
    return this.#opened().has(entry.id);
  }

  protected toggle(entry: AuditEntry): void {
    this.#opened.update((ids) => {
      const next = new Set(ids);
      if (!next.delete(entry.id)) next.add(entry.id);
      return next;
    });
  }

  protected clear(): void {
    this.actor.set('');
    this.action.set('');
  }
}

function different(entries: readonly AuditEntry[], field: 'actor' | 'action'): readonly string[] {
  return [...new Set(entries.map((entry) => entry[field]))].sort();
}
