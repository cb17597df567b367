import { Component, DestroyRef, inject, input, model } from '@angular/core';
import { elementId } from '../../design/control-problem';

/** A person types; the list is asked for when they pause. */
const PAUSE_MS = 300;

/** The filters of the audit log: the whole address of a person, the whole name of an action. */
@Component({
  selector: 'fm-audit-filters',
  template: `
    <div class="fm-toolbar" role="search">
      <div class="fm-field fm-toolbar-fill">
        <label [for]="id + '-actor'">Who</label>
        <input
          class="fm-input"
          type="search"
          placeholder="ada@example.org, system, machine:PC-17"
          [id]="id + '-actor'"
          [attr.list]="id + '-actors'"
          [value]="actor()"
          (input)="soon(actor, $event)"
        />
        <datalist [id]="id + '-actors'">
          @for (each of actors(); track each) {
            <option [value]="each"></option>
          }
        </datalist>
      </div>
      <div class="fm-field fm-toolbar-fill">
        <label [for]="id + '-action'">Action</label>
        <input
          class="fm-input"
          type="search"
          placeholder="remediation.created"
          [id]="id + '-action'"
          [attr.list]="id + '-actions'"
          [value]="action()"
          (input)="soon(action, $event)"
        />
        <datalist [id]="id + '-actions'">
          @for (each of actions(); track each) {
            <option [value]="each"></option>
          }
        </datalist>
      </div>
    </div>
  `,
})
export class AuditFilters {
  readonly actor = model('');
  readonly action = model('');
  /** What is offered while one types. */
  readonly actors = input<readonly string[]>([]);
  readonly actions = input<readonly string[]>([]);
  protected readonly id = elementId();
  readonly #timers = new Map<unknown, ReturnType<typeof setTimeout>>();

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.#timers.forEach(clearTimeout);
    });
  }

  protected soon(field: { set(value: string): void }, event: Event): void {
    const text = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.#timers.get(field));
    this.#timers.set(
      field,
      setTimeout(() => {
        field.set(text);
      }, PAUSE_MS),
    );
  }
}
