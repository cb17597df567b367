import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { CampaignTiles } from '@fleetmend/dashboard-api';
import { tileLabel } from './tile-looks';
import { tileAt, tileColumns, tilePaths } from './tile-paths';

export type Tile = CampaignTiles['tiles'][number];

const GAP = 2;
/** Before the width is known, and where nothing has a width. */
const FIRST_WIDTH = 600;

/**
 * Machines as tiles. One path for all of a state, so thousands cost as much as ten; the pointer finds its tile by
 * calculation. For keyboard and screen reader it is one picture: the same machines stand in the table of targets.
 */
@Component({
  selector: 'fm-tile-wall',
  template: `
    <svg
      #picture
      role="img"
      [attr.aria-label]="label()"
      [attr.width]="width()"
      [attr.height]="height()"
      [class.small]="size() < 12"
    >
      @for (paths of paths(); track paths.state) {
        <g [attr.data-tile]="paths.state">
          <path class="shape" [attr.d]="paths.shapes" />
          @if (paths.signs !== '') {
            <path class="sign" [attr.d]="paths.signs" />
          }
        </g>
      }
    </svg>
    @if (spot(); as at) {
      <span class="spot" aria-hidden="true" [style]="at.frame"></span>
      <p
        class="tip"
        aria-hidden="true"
        [style.inset-block-start.px]="at.y + size() + 8"
        [style]="at.side"
      >
        <b>{{ at.tile.h }}</b> {{ tileLabel(at.tile.s) }}
      </p>
    }
  `,
  styleUrl: './tile-wall.scss',
  host: {
    '(pointermove)': 'over($event)',
    '(pointerleave)': 'hovered.set(null)',
    '(click)': 'chosen($event)',
  },
})
export class TileWall {
  readonly tiles = input.required<readonly Tile[]>();
  /** The picture in words. */
  readonly label = input.required<string>();
  /** Width and height of a tile. */
  readonly size = input(16);
  readonly pressed = output<Tile>();

  private readonly picture = viewChild.required<ElementRef<SVGElement>>('picture');
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  readonly #room = signal(FIRST_WIDTH);
  protected readonly hovered = signal<number | null>(null);

  readonly #grid = computed(() => {
    const size = this.size();
    return { size, gap: GAP, columns: tileColumns(this.#room(), size, GAP) };
  });
  protected readonly width = computed(() => {
    const { columns, size } = this.#grid();
    return Math.max(0, Math.min(columns, this.tiles().length) * (size + GAP) - GAP);
  });
  protected readonly height = computed(() => {
    const { columns, size } = this.#grid();
    return Math.max(0, Math.ceil(this.tiles().length / columns) * (size + GAP) - GAP);
  });
  protected readonly paths = computed(() =>
    tilePaths(
      this.tiles().map(({ s }) => s),
      this.#grid(),
    ),
  );
  protected readonly spot = computed(() => {
    const index = this.hovered();
    const tile = index === null ? undefined : this.tiles()[index];
    if (index === null || tile === undefined) return null;
    const { columns, size } = this.#grid();
    const x = (index % columns) * (size + GAP);
    const y = Math.floor(index / columns) * (size + GAP);
    const side =
      x < this.#room() / 2 ? `left: ${x}px` : `right: ${Math.max(0, this.#room() - x - size)}px`;
    // Beside the picture, so that the picture need not be painted again with each move of the pointer.
    const frame = `width: ${size + 2}px; height: ${size + 2}px; transform: translate(${x - 1}px, ${y - 1}px)`;
    return { tile, y, side, frame };
  });
  protected readonly tileLabel = tileLabel;

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      if (typeof ResizeObserver === 'undefined') return;
      const observer = new ResizeObserver(([entry]) => {
        if (entry !== undefined && entry.contentRect.width > 0)
          this.#room.set(entry.contentRect.width);
      });
      observer.observe(this.#host);
      destroyed.onDestroy(() => {
        observer.disconnect();
      });
    });
  }

  #under({ clientX, clientY }: MouseEvent): number | null {
    const { left, top } = this.picture().nativeElement.getBoundingClientRect();
    return tileAt(clientX - left, clientY - top, this.#grid(), this.tiles().length);
  }

  protected over(event: MouseEvent): void {
    this.hovered.set(this.#under(event));
  }

  protected chosen(event: MouseEvent): void {
    const index = this.#under(event);
    const tile = index === null ? undefined : this.tiles()[index];
    if (tile !== undefined) this.pressed.emit(tile);
  }
}
