import { Component, ElementRef, afterNextRender, inject, input } from '@angular/core';
import { Logo } from './logo';

/** The frame of the pages in front of a session: sign-in and set-up. */
@Component({
  selector: 'fm-entry-frame',
  imports: [Logo],
  template: `
    <main>
      <fm-logo />
      <section class="card" aria-labelledby="entry-heading">
        <h1 id="entry-heading">{{ heading() }}</h1>
        @if (text(); as words) {
          <p class="words">{{ words }}</p>
        }
        <ng-content />
      </section>
      <p class="foot">Windows updates that fail, found, mended and proven.</p>
    </main>
  `,
  styles: `
    main {
      display: grid;
      grid-template-columns: minmax(0, 420px);
      align-content: center;
      justify-content: center;
      gap: var(--fm-space-3);
      min-height: 100dvh;
      padding: var(--fm-space-4) var(--fm-space-2);
    }
    fm-logo {
      justify-self: center;
    }
    .card {
      padding: var(--fm-space-4);
      border: 1px solid var(--fm-line);
      border-radius: var(--fm-radius-large);
      background: var(--fm-surface);
      box-shadow: 0 8px 32px light-dark(rgb(20 27 45 / 7%), rgb(0 0 0 / 40%));
    }
    .words {
      margin-top: var(--fm-space-1);
      color: var(--fm-text-muted);
    }
    h1 {
      margin-bottom: var(--fm-space-1);
    }
    .foot {
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
      text-align: center;
    }
    @media (max-width: 480px) {
      .card {
        padding: var(--fm-space-3);
      }
    }
  `,
})
export class EntryFrame {
  readonly heading = input.required<string>();
  readonly text = input<string | null>(null);

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef);
    // There is nothing else to do here than to fill the form.
    afterNextRender(() => host.nativeElement.querySelector('input')?.focus());
  }
}
