import { Component, computed, input, output } from '@angular/core';
import { type MachineFacets, type MachineFilter } from '@fleetmend/dashboard-api';
import { mdiClose } from '@mdi/js';
import { Icon } from '../../design/icon';
import { SearchField } from '../../design/search-field';

interface Offer {
  readonly name: string;
  readonly machines?: number;
}

/** What chooses and orders the machines of the list. */
@Component({
  selector: 'fm-machine-filters',
  imports: [Icon, SearchField],
  templateUrl: './machine-filters.html',
  styleUrl: './machine-filters.scss',
})
export class MachineFilters {
  readonly filter = input.required<MachineFilter>();
  /** Null where the order doesn't matter. */
  readonly order = input<string | null>(null);
  readonly facets = input<MachineFacets | null>(null);
  /** Conditions that are to be others, as the address has them; null takes one away. */
  readonly changed = output<Readonly<Record<string, string | null>>>();

  protected readonly families = computed(() =>
    withChosen(this.facets()?.osFamilies, this.filter().osFamily),
  );
  protected readonly sites = computed(() => withChosen(this.facets()?.sites, this.filter().site));
  protected readonly models = computed(() =>
    withChosen(this.facets()?.models, this.filter().model),
  );
  protected readonly chosenTags = computed(() => this.filter().tag ?? []);
  /** Those that aren't chosen yet. */
  protected readonly tags = computed(() =>
    (this.facets()?.tags ?? []).filter(({ name }) => !this.chosenTags().includes(name)),
  );
  protected readonly cross = mdiClose;

  /** The box offers "no site" beside the sites, whatever their names are. */
  protected chooseSite(value: string): void {
    this.changed.emit({
      site: value.startsWith('=') ? value.slice(1) : null,
      withoutSite: value === 'none' ? 'true' : null,
    });
  }

  protected addTag(box: HTMLSelectElement): void {
    const tag = box.value;
    box.value = '';
    if (tag !== '') this.changed.emit({ tag: [...this.chosenTags(), tag].join(',') });
  }

  protected dropTag(tag: string): void {
    this.changed.emit({
      tag: this.chosenTags()
        .filter((each) => each !== tag)
        .join(','),
    });
  }

  protected isSame(site: string): boolean {
    return this.filter().site?.toLowerCase() === site.toLowerCase();
  }
}

/** What can be chosen, and what is chosen although no machine has it (any more). */
function withChosen(offers: readonly Offer[] = [], chosen: string | undefined): readonly Offer[] {
  if (chosen === undefined) return offers;
  const known = offers.some(({ name }) => name.toLowerCase() === chosen.toLowerCase());
  return known ? offers : [...offers, { name: chosen }];
}
