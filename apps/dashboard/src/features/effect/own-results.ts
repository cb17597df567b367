import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { fingerprintEffectSchema } from '@fleetmend/dashboard-api';
import { VERDICT_LEVELS } from '@fleetmend/domain';
import { Api, apiPath } from '../../api/api';
import { snapshot } from '../../api/snapshot';
import { LoadState } from '../../design/load-state';
import { phaseWord } from '../failures/failure-words';
import { playbookTitle } from '../run/run-words';
import { intervalWord, percent } from './effect-words';
import { HoldChart } from './hold-chart';

/** What own runs have shown against a failure and its kind, and how long their fixes hold. */
@Component({
  selector: 'fm-own-results',
  imports: [DecimalPipe, HoldChart, LoadState],
  templateUrl: './own-results.html',
  styleUrl: './own-results.scss',
})
export class OwnResults {
  readonly fingerprintId = input('');
  readonly #api = inject(Api);

  protected readonly effect = snapshot({
    key: this.fingerprintId,
    load: (id, signal) =>
      this.#api.get(apiPath('fingerprints', id, 'effect'), fingerprintEffectSchema, { signal }),
    affectedBy: ({ fingerprints, runs }, id) => fingerprints.includes(id) || runs.length > 0,
  });

  /** This failure, and its kind where others of it have results. */
  protected readonly tables = computed(() => {
    const effect = this.effect.value();
    if (effect === null) return [];
    const { kind } = effect;
    const own = { heading: 'Against this failure', rows: effect.playbooks };
    const ofKind = {
      heading: `Against ${kind.code} in ${phaseWord(kind.phase).toLowerCase()} on ${kind.osFamily}, ${kind.fingerprints} updates together`,
      rows: kind.playbooks,
    };
    const decided = (rows: typeof own.rows) => rows.reduce((sum, row) => sum + row.decided, 0);
    const tables = decided(ofKind.rows) > decided(own.rows) ? [own, ofKind] : [own];
    return tables.filter(({ rows }) => rows.length > 0);
  });

  protected readonly levels = VERDICT_LEVELS;
  protected readonly playbookTitle = playbookTitle;
  protected readonly percent = percent;
  protected readonly intervalWord = intervalWord;
}
