import { Component, computed, inject, input } from '@angular/core';
import { Clock } from './clock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** The instant in words, seen from `now`: "just now", "5 minutes ago", "in 3 days"; a date after four weeks. */
export function relativeTime(at: string, now: number): string {
  const instant = Date.parse(at);
  if (Number.isNaN(instant)) return '–';
  const distance = instant - now;
  const size = Math.abs(distance);
  const round = (unit: number): number => Math.trunc(distance / unit);
  if (size < 45_000) return 'just now';
  if (size < HOUR) return relative.format(round(MINUTE) || Math.sign(distance), 'minute');
  if (size < DAY) return relative.format(round(HOUR), 'hour');
  if (size < 28 * DAY) return relative.format(round(DAY), 'day');
  return date.format(instant);
}

/** The instant to the second, in the time zone of the browser. */
export function exactTime(at: string): string {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? '–' : exact.format(instant);
}

/** The day of an instant, in the time zone of the browser. */
export function exactDay(at: string): string {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? '–' : date.format(instant);
}

/** An instant (ISO 8601) in words that stay true while the page is open; exactly in the tooltip. */
@Component({
  selector: 'fm-time',
  template: `@if (at(); as instant) {
      <time [attr.datetime]="instant" [title]="exactly()">{{ words() }}</time>
    } @else {
      {{ never() }}
    }`,
  styles: `
    :host {
      white-space: nowrap;
    }
  `,
})
export class RelativeTime {
  readonly at = input.required<string | null>();
  /** What stands there without an instant. */
  readonly never = input('never');
  readonly #clock = inject(Clock);
  protected readonly words = computed(() => relativeTime(this.at() ?? '', this.#clock.now()));
  protected readonly exactly = computed(() => exactTime(this.at() ?? ''));
}
