import { Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type Machine, machinePageSchema } from '@fleetmend/dashboard-api';
import { mdiClose, mdiPlus } from '@mdi/js';
import { Api } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { SearchField } from '../../design/search-field';
import { Presence } from '../machines/presence';
import { MachineNames } from './machine-names';

/** So many of the chosen ones are listed; more are told as a number. */
const LISTED = 50;

/** Machines chosen one by one: a search that adds, and a list that takes away. */
@Component({
  selector: 'fm-machine-chooser',
  imports: [Icon, LoadState, MatButton, Presence, SearchField],
  template: `
    @if (chosen().length > 0) {
      <ul class="chosen" [attr.aria-label]="noun()">
        @for (id of listed(); track id) {
          <li>
            <span class="fm-breakable">{{ names.of(id) }}</span>
            <button
              type="button"
              [attr.aria-label]="'Remove ' + names.of(id)"
              (click)="changed.emit(without(id))"
            >
              <fm-icon [path]="cross" [size]="14" />
            </button>
          </li>
        }
      </ul>
      <p class="fm-row fm-muted fm-small" aria-live="polite">
        {{ chosen().length.toLocaleString('en') }}
        {{ chosen().length === 1 ? 'machine' : 'machines' }}
        @if (chosen().length > listed().length) {
          , the first {{ listed().length }} are shown
        }
        <button mat-button type="button" (click)="changed.emit([])">Remove all</button>
      </p>
    }
    <fm-search-field
      [label]="'Search machines to add: ' + noun()"
      placeholder="Host name"
      [value]="search()"
      (searched)="search.set($event)"
    />
    @if (search() !== '') {
      @if (found.value(); as rows) {
        <ul class="found" aria-label="Found machines" [attr.aria-busy]="found.loading()">
          @for (machine of rows; track machine.id) {
            <li>
              <span class="fm-breakable">{{ machine.hostname }}</span>
              <fm-presence [online]="machine.online" />
              @if (isChosen(machine.id)) {
                <span class="fm-muted fm-small">Added</span>
              } @else {
                <button
                  mat-button
                  type="button"
                  [attr.aria-label]="'Add ' + machine.hostname"
                  (click)="add(machine)"
                >
                  <fm-icon [path]="plus" [size]="16" /> Add
                </button>
              }
            </li>
          } @empty {
            <li class="fm-muted">No machine has this in its name.</li>
          }
        </ul>
      } @else {
        <fm-load-state [of]="found" [rows]="3" />
      }
    }
  `,
  styleUrl: './machine-chooser.scss',
})
export class MachineChooser {
  /** Ids. */
  readonly chosen = input.required<readonly string[]>();
  /** What they are chosen for, in the plural. */
  readonly noun = input.required<string>();
  readonly changed = output<readonly string[]>();

  readonly #api = inject(Api);
  protected readonly names = inject(MachineNames);
  protected readonly search = signal('');
  protected readonly found = snapshot({
    key: this.search,
    load: async (search, signal) =>
      search === ''
        ? []
        : (
            await this.#api.get('/machines', machinePageSchema, {
              query: { search, limit: 10 },
              signal,
            })
          ).items,
    affectedBy: () => false,
  });
  protected readonly listed = computed(() => this.chosen().slice(0, LISTED));
  readonly #set = computed(() => new Set(this.chosen()));
  protected readonly cross = mdiClose;
  protected readonly plus = mdiPlus;

  protected isChosen(id: string): boolean {
    return this.#set().has(id);
  }

  protected add({ id, hostname }: Machine): void {
    this.names.learn([{ machineId: id, hostname }]);
    this.changed.emit([...this.chosen(), id]);
  }

  protected without(id: string): readonly string[] {
    return this.chosen().filter((each) => each !== id);
  }
}
