import { Component, ElementRef, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { mdiChevronLeft, mdiChevronRight } from '@mdi/js';
import { type KeysetPages } from '../api/keyset-pages';
import { Icon } from './icon';

/** Below a list of which one page is shown: which part of it, and the ways back and on. */
@Component({
  selector: 'fm-pager',
  imports: [Icon, MatButton],
  template: `
    <p aria-live="polite">{{ words() }}</p>
    @if (of().hasNext() || of().hasPrevious()) {
      <div class="ways">
        <button mat-stroked-button type="button" [disabled]="!of().hasPrevious()" (click)="back()">
          <fm-icon [path]="left" [size]="18" /> Previous
        </button>
        <button mat-stroked-button type="button" [disabled]="!of().hasNext()" (click)="on()">
          Next <fm-icon iconPositionEnd [path]="right" [size]="18" />
        </button>
      </div>
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
      font-variant-numeric: tabular-nums;
    }
    .ways {
      display: flex;
      gap: var(--fm-space-1);
    }
    @media (max-width: 480px) {
      :host {
        padding-inline: var(--fm-space-2);
      }
    }
  `,
})
export class Pager {
  readonly of = input.required<KeysetPages<unknown>>();
  /** What is listed, in the plural. */
  readonly noun = input('entries');
  /** One of it. */
  readonly one = input('entry');

  protected readonly left = mdiChevronLeft;
  protected readonly right = mdiChevronRight;
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected readonly words = computed(() => {
    const pages = this.of();
    const count = pages.items().length;
    const total = pages.total() ?? count;
    const number = (value: number): string => value.toLocaleString('en');
    if (!pages.hasNext() && !pages.hasPrevious()) {
      return `${number(total)} ${total === 1 ? this.one() : this.noun()}`;
    }
    const first = pages.offset() + 1;
    return `${number(first)} to ${number(first + count - 1)} of ${number(total)} ${this.noun()}`;
  });

  protected on(): void {
    this.of().next();
    this.#toTop();
  }

  protected back(): void {
    this.of().previous();
    this.#toTop();
  }

  /** The next page is read from its top; the focus stays on the button, for who pages by keyboard. */
  #toTop(): void {
    const list = this.#host.parentElement;
    if (list !== null && list.getBoundingClientRect().top < 0) list.scrollIntoView();
  }
}
