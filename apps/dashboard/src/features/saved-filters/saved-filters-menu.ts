import { Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { type MachineFilter, type SavedFilter } from '@fleetmend/dashboard-api';
import { mdiBookmarkOutline, mdiCheck, mdiChevronDown } from '@mdi/js';
import { SessionState } from '../../api/session-state';
import { attempt } from '../../design/attempt';
import { Confirm } from '../../design/confirm-dialog';
import { Icon } from '../../design/icon';
import { Notices } from '../../design/notices';
import { filterKey, queryOfFilter } from '../machines/machine-query';
import { SaveFilterDialog, type SaveFilterDialogData } from './save-filter-dialog';
import { SavedFilters } from './saved-filters';

/** Saved views of the machine list: apply one, save the filters as they are now, change the one that is applied. */
@Component({
  selector: 'fm-saved-filters-menu',
  imports: [Icon, MatButton, MatMenu, MatMenuItem, MatMenuTrigger],
  providers: [SavedFilters],
  templateUrl: './saved-filters-menu.html',
  styleUrl: './saved-filters-menu.scss',
})
export class SavedFiltersMenu {
  /** What the list is filtered by now. */
  readonly filter = input.required<MachineFilter>();
  /** The conditions of a view, as the address has them; null takes one away. */
  readonly applied = output<Readonly<Record<string, string | null>>>();

  protected readonly filters = inject(SavedFilters);
  protected readonly session = inject(SessionState);
  protected readonly attempt = attempt();
  readonly #dialog = inject(MatDialog);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);

  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  /** The view that asks just what the list is filtered by. */
  protected readonly current = computed(() => {
    const key = filterKey(this.filter());
    return this.filters.list.value()?.find(({ filter }) => filterKey(filter) === key) ?? null;
  });
  protected readonly bookmark = mdiBookmarkOutline;
  protected readonly check = mdiCheck;
  protected readonly down = mdiChevronDown;

  protected apply({ filter }: SavedFilter): void {
    this.applied.emit(queryOfFilter(filter));
  }

  protected save(): void {
    const filter = this.filter();
    this.#ask({
      heading: 'Save the filters as a view',
      name: '',
      shared: false,
      save: (given) => this.filters.save({ ...given, filter }),
    });
  }

  protected rename({ id, name, shared, filter }: SavedFilter): void {
    this.#ask({
      ...{ heading: `Change the view “${name}”`, name, shared },
      save: (given) => this.filters.save({ ...given, filter }, id),
    });
  }

  protected async delete({ id, name, shared }: SavedFilter): Promise<void> {
    const sure = await this.#confirm.ask({
      heading: `Delete the view “${name}”?`,
      text: shared ? 'It goes for everybody. No machine is changed.' : 'No machine is changed.',
      action: 'Delete',
      danger: true,
    });
    if (!sure) return;
    await this.attempt.make(async () => {
      await this.filters.delete(id);
      this.#notices.tell(`“${name}” is deleted.`);
    });
  }

  #ask(data: SaveFilterDialogData): void {
    this.#dialog.open<SaveFilterDialog, SaveFilterDialogData>(SaveFilterDialog, {
      data,
      width: '480px',
    });
  }
}
