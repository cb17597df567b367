import { Component, computed, input, signal } from '@angular/core';
import { type FormControl, ReactiveFormsModule } from '@angular/forms';
import { mdiAlertCircleOutline, mdiEyeOffOutline, mdiEyeOutline } from '@mdi/js';
import { controlProblem, elementId } from './control-problem';
import { Icon } from './icon';

/** A line of text with its label, a hint, and what is wrong with it. Passwords can be made readable. */
@Component({
  selector: 'fm-text-field',
  imports: [Icon, ReactiveFormsModule],
  template: `
    <div class="fm-field">
      <label [for]="id">{{ label() }}</label>
      <div class="line">
        <input
          class="fm-input"
          [id]="id"
          [type]="shownType()"
          [formControl]="control()"
          [attr.autocomplete]="autocomplete()"
          [attr.inputmode]="inputMode()"
          [attr.placeholder]="placeholder()"
          [attr.spellcheck]="type() === 'text' ? null : 'false'"
          [attr.aria-invalid]="problem() === null ? null : 'true'"
          [attr.aria-describedby]="description()"
          [attr.aria-required]="required() ? 'true' : null"
          [attr.list]="suggestions().length > 0 ? id + '-suggestions' : null"
        />
        @if (suggestions().length > 0) {
          <datalist [id]="id + '-suggestions'">
            @for (suggestion of suggestions(); track suggestion) {
              <option [value]="suggestion"></option>
            }
          </datalist>
        }
        @if (type() === 'password') {
          <button
            type="button"
            class="reveal"
            [attr.aria-label]="'Show ' + label().toLowerCase()"
            [attr.aria-pressed]="readable()"
            (click)="readable.set(!readable())"
          >
            <fm-icon [path]="readable() ? hide : show" />
          </button>
        }
      </div>
      @if (problem(); as text) {
        <p class="fm-problem" [id]="id + '-problem'">
          <fm-icon [path]="alert" [size]="16" /> {{ text }}
        </p>
      }
      @if (hint(); as text) {
        <p class="fm-hint" [id]="id + '-hint'">{{ text }}</p>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .line {
      position: relative;
    }
    .line:has(.reveal) .fm-input {
      padding-inline-end: 44px;
    }
    .reveal {
      position: absolute;
      inset-block: 4px;
      inset-inline-end: 4px;
      display: grid;
      place-items: center;
      width: 32px;
      padding: 0;
      border: 0;
      border-radius: 6px;
      color: var(--fm-text-muted);
      background: none;
      cursor: pointer;
    }
    .reveal:hover {
      color: var(--fm-text);
      background: var(--fm-hover);
    }
  `,
})
export class TextField {
  readonly control = input.required<FormControl<string>>();
  readonly label = input.required<string>();
  readonly type = input<'text' | 'email' | 'password'>('text');
  readonly autocomplete = input('off');
  readonly inputMode = input<'numeric' | null>(null);
  readonly placeholder = input<string | null>(null);
  readonly hint = input<string | null>(null);
  readonly required = input(true);
  /** What the browser offers while one types. */
  readonly suggestions = input<readonly string[]>([]);

  protected readonly id = elementId();
  protected readonly alert = mdiAlertCircleOutline;
  protected readonly show = mdiEyeOutline;
  protected readonly hide = mdiEyeOffOutline;
  protected readonly readable = signal(false);
  protected readonly problem = controlProblem(this.control);
  protected readonly shownType = computed(() =>
    this.type() === 'password' && this.readable() ? 'text' : this.type(),
  );
  protected readonly description = computed(() => {
    const ids = [
      this.problem() === null ? [] : [`${this.id}-problem`],
      this.hint() === null ? [] : [`${this.id}-hint`],
    ].flat();
    return ids.length === 0 ? null : ids.join(' ');
  });
}
