import { Component, computed, input } from '@angular/core';

/** Tags, as words beside each other. */
@Component({
  selector: 'fm-tag-list',
  template: `
    <ul aria-label="Tags">
      @for (tag of shown(); track tag) {
        <li>{{ tag }}</li>
      }
      @if (more() > 0) {
        <li class="more">{{ more() }} more</li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      margin: 2px 0 0;
      padding: 0;
      list-style: none;
    }
    li {
      max-width: 18ch;
      padding: 1px 8px;
      overflow: hidden;
      border-radius: var(--fm-radius-round);
      color: var(--fm-quiet-text);
      background: var(--fm-quiet-soft);
      font: var(--fm-type-small);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .more {
      background: none;
      padding-inline: 2px;
    }
  `,
})
export class TagList {
  readonly tags = input.required<readonly string[]>();
  /** So many are shown. */
  readonly most = input(50);
  protected readonly shown = computed(() => this.tags().slice(0, this.most()));
  protected readonly more = computed(() => this.tags().length - this.shown().length);
}
