import { Component, input } from '@angular/core';
import { type RuleChange } from './rule-words';

/** What changes, before and after. */
@Component({
  selector: 'fm-rule-changes',
  template: `
    <dl aria-label="What changes">
      @for (change of changes(); track change.id) {
        <div>
          <dt>{{ change.label }}</dt>
          <dd>
            <span class="fm-visually-hidden">from </span><s>{{ change.before }}</s>
            <span aria-hidden="true"> → </span><span class="fm-visually-hidden"> to </span
            ><b>{{ change.after }}</b>
          </dd>
        </div>
      } @empty {
        <div><dd class="fm-muted">Nothing is changed yet.</dd></div>
      }
    </dl>
  `,
  styles: `
    :host {
      display: block;
      padding: var(--fm-space-1h) var(--fm-space-2);
      border-radius: var(--fm-radius-small);
      background: var(--fm-surface-sunken);
    }
    dl {
      display: grid;
      gap: var(--fm-space-1);
    }
    dt {
      color: var(--fm-text-muted);
      font: var(--fm-type-label);
    }
    dd {
      overflow-wrap: anywhere;
    }
  `,
})
export class RuleChanges {
  readonly changes = input.required<readonly RuleChange[]>();
}
