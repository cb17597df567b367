import { Component, inject, input } from '@angular/core';
import { mdiAlertCircleOutline } from '@mdi/js';
import { Icon } from '../../../design/icon';
import { PlanProblems } from '../plan-problems';

/**
 * What stands below a field of the plan: what is wrong with it, and a hint. The field itself says `aria-describedby`
 * with `planFieldIds`.
 */
@Component({
  selector: 'fm-plan-field-words',
  imports: [Icon],
  template: `
    @if (problems.at(path(), within()); as text) {
      <p class="problem" [id]="of() + '-problem'">
        <fm-icon [path]="alert" [size]="16" /> <span>{{ text }}</span>
      </p>
    }
    @if (hint(); as text) {
      <p class="hint" [id]="of() + '-hint'">{{ text }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 2px;
    }
    :host:empty {
      display: none;
    }
    p {
      font: var(--fm-type-small);
    }
    .problem {
      display: flex;
      gap: var(--fm-space-half);
      color: var(--fm-bad-text);
    }
    .hint {
      color: var(--fm-text-muted);
    }
  `,
})
export class PlanFieldWords {
  readonly path = input.required<string>();
  /** The id of the field. */
  readonly of = input.required<string>();
  readonly hint = input<string | null>(null);
  /** Whether what is wrong within (of a list) is said here too. */
  readonly within = input(false);
  protected readonly problems = inject(PlanProblems);
  protected readonly alert = mdiAlertCircleOutline;
}
