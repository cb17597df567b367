import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import type { HoldCurve } from '@fleetmend/dashboard-api';
import { intervalWord, percent } from './effect-words';

const WIDTH = 560;
const HEIGHT = 180;
const LEFT = 56;
const RIGHT = 12;
const TOP = 16;
const BOTTOM = 24;

/** How long fixes hold: the share that has not come back, day by day, with its interval; and the same as a table. */
@Component({
  selector: 'fm-hold-chart',
  imports: [DecimalPipe],
  templateUrl: './hold-chart.html',
  styleUrl: './hold-chart.scss',
})
export class HoldChart {
  readonly curve = input.required<HoldCurve>();

  protected readonly size = `0 0 ${WIDTH} ${HEIGHT}`;
  protected readonly left = LEFT;
  protected readonly right = WIDTH - RIGHT;
  protected readonly bottom = HEIGHT - BOTTOM;
  protected readonly dayLabelY = HEIGHT - 6;

  protected readonly last = computed(() => this.curve().points.at(-1) ?? null);
  protected readonly summary = computed(() => {
    const { fixed } = this.curve();
    const last = this.last();
    const machines = `${fixed.toLocaleString('en')} mended ${fixed === 1 ? 'failure' : 'failures'}`;
    if (last === null) return '';
    if (last.day === 0) return `Of ${machines} none was watched for a whole day yet.`;
    const days = `${last.day} ${last.day === 1 ? 'day' : 'days'}`;
    return `Of ${machines} ${percent(last.share)} still hold after ${days} (${intervalWord(last)}).`;
  });

  /** The axis begins where there is something to see: at 0, 50 or 80 percent. */
  readonly #floor = computed(() => {
    const low = Math.min(1, ...this.curve().points.map((point) => point.low));
    return low >= 0.85 ? 0.8 : low >= 0.55 ? 0.5 : 0;
  });
  protected readonly lines = computed(() => {
    const floor = this.#floor();
    return [1, (1 + floor) / 2, floor].map((share) => ({
      y: this.#y(share),
      word: percent(share),
    }));
  });
  protected readonly dayMarks = computed(() => {
    const { watchDays } = this.curve();
    const step = Math.max(1, Math.round(watchDays / 7));
    const count = Math.floor(watchDays / step) + 1;
    return Array.from({ length: count }, (_, index) => ({
      day: index * step,
      x: this.#x(index * step),
    }));
  });
  /** Stairs: a share stands until something comes back. */
  protected readonly line = computed(() =>
    this.curve()
      .points.map(({ day, share }, index) =>
        index === 0 ? `M${this.#x(day)} ${this.#y(share)}` : `H${this.#x(day)}V${this.#y(share)}`,
      )
      .join(''),
  );
  protected readonly band = computed(() => {
    const { points } = this.curve();
    const at = (day: number, share: number) => `${this.#x(day)} ${this.#y(share)}`;
    const up = points.map(({ day, high }) => at(day, high));
    const down = points.map(({ day, low }) => at(day, low)).reverse();
    return `M${[...up, ...down].join('L')}Z`;
  });

  protected readonly percent = percent;
  protected readonly intervalWord = intervalWord;

  #x(day: number): number {
    const width = WIDTH - LEFT - RIGHT;
    return round(LEFT + (day / Math.max(1, this.curve().watchDays)) * width);
  }

  #y(share: number): number {
    const floor = this.#floor();
    const height = HEIGHT - TOP - BOTTOM;
    return round(TOP + (1 - (share - floor) / (1 - floor)) * height);
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
