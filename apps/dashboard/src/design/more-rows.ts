import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type PagedList } from '../api/paged-list';

/** Below a list that is fetched page by page: how much of it is shown, and a way to more. */
@Component({
  selector: 'fm-more-rows',
  imports: [MatButton],
  template: `
    @if (of().moreError(); as error) {
      <p class="problem" role="alert">{{ error.message }}</p>
    }
    <p aria-live="polite">{{ shown() }}</p>
    @if (of().hasMore()) {
      <button
        mat-stroked-button
        type="button"
        [disabled]="of().loadingMore()"
        (click)="of().loadMore()"
      >
        {{ of().loadingMore() ? 'Loading…' : 'Show more' }}
      </button>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: var(--fm-space-1) var(--fm-space-2);
      padding: var(--fm-space-1h) var(--fm-space-3);
      border-top: 1px solid var(--fm-line);
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
    .problem {
      flex-basis: 100%;
      color: var(--fm-bad-text);
    }
  `,
})
export class MoreRows {
  readonly of = input.required<PagedList<unknown>>();
  /** What is listed, in the plural. */
  readonly noun = input('entries');
  protected readonly shown = computed(() => {
    const count = this.of().items().length;
    const total = this.of().total();
    const number = (value: number): string => value.toLocaleString('en');
    if (total !== null && total > count) {
      return `${number(count)} of ${number(total)} ${this.noun()}`;
    }
    const noun = count === 1 ? this.noun().replace(/ies$/, 'y').replace(/s$/, '') : this.noun();
    return `${number(count)} ${noun}`;
  });
}
