import { Component, computed, input } from '@angular/core';

const DAY = 86_400_000;

interface Day {
  readonly date: Date;
  readonly value: number;
  /** Share of the tallest day, 0 to 1. */
  readonly share: number;
}

/** Failures per day as bars with their numbers, and the same as a table for who can't see bars. */
@Component({
  selector: 'fm-trend-chart',
  templateUrl: './trend-chart.html',
  styleUrl: './trend-chart.scss',
})
export class TrendChart {
  /** Failures per day (UTC), oldest first, the last one on the day of `lastDay`. */
  readonly values = input.required<readonly number[]>();
  readonly lastDay = input<Date>(new Date());

  protected readonly days = computed((): readonly Day[] => {
    const values = this.values();
    const largest = Math.max(1, ...values);
    const today = Math.floor(this.lastDay().getTime() / DAY);
    return values.map((value, index) => ({
      date: new Date((today - (values.length - 1 - index)) * DAY),
      value,
      share: value / largest,
    }));
  });

  protected readonly total = computed(() => this.values().reduce((sum, value) => sum + value, 0));
  protected readonly most = computed(() => Math.max(0, ...this.values()));

  protected short(date: Date): string {
    return SHORT.format(date);
  }

  protected long(date: Date): string {
    return LONG.format(date);
  }

  protected number(value: number): string {
    return NUMBER.format(value);
  }
}

const SHORT = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const LONG = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});
const NUMBER = new Intl.NumberFormat('en');
