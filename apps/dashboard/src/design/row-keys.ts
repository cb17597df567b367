import { Directive, ElementRef, inject } from '@angular/core';

/**
 * Moves between the rows of a table with the arrow keys, Home and End. Sits on the `tbody`; each row has one link or
 * button with `data-row-key`, and only from there the keys move.
 */
@Directive({
  selector: '[fmRowKeys]',
  host: { '(keydown)': 'pressed($event)' },
})
export class RowKeys {
  readonly #body = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const stops = [...this.#body.querySelectorAll<HTMLElement>('[data-row-key]')];
    const at = stops.findIndex((stop) => stop === event.target);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    const stop = to === undefined ? undefined : stops[to];
    if (stop === undefined) return;
    event.preventDefault();
    stop.focus();
  }
}
