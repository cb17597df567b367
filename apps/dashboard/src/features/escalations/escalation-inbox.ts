import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import {
  type Escalation,
  type EscalationDecision,
  type EscalationRuleOfApi,
  escalationPageSchema,
} from '@fleetmend/dashboard-api';
import { mdiStairsUp } from '@mdi/js';
import { Api } from '../../api/api';
import { pagedList } from '../../api/paged-list';
import { SessionState } from '../../api/session-state';
import { EmptyState } from '../../design/empty-state';
import { LoadState } from '../../design/load-state';
import { MoreRows } from '../../design/more-rows';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { DecideDialog, type DecideDialogData } from './decide-dialog';
import { EscalationTable } from './escalation-table';
import { conditionWords, stepWords } from './escalation-words';
import { Escalations } from './escalations';

const STATES = ['waiting', 'handed-over', 'decided'] as const;
type Shown = (typeof STATES)[number];
type Decision = EscalationDecision['decision'];

/** What one rule proposes. */
interface Group {
  readonly rule: EscalationRuleOfApi;
  readonly items: readonly Escalation[];
  /** How many of the rule there are, shown or not, that can be decided of as a whole. */
  readonly open: number;
}

/** What rules propose after runs that did not help, rule by rule; and what needs a person. */
@Component({
  selector: 'fm-escalation-inbox',
  imports: [
    DecimalPipe,
    EmptyState,
    EscalationTable,
    LoadState,
    MatButton,
    MatButtonToggle,
    MatButtonToggleGroup,
    MoreRows,
    PageHeader,
    RefreshProblem,
    RouterLink,
  ],
  providers: [Escalations],
  templateUrl: './escalation-inbox.html',
  styleUrl: './escalation-inbox.scss',
})
export class EscalationInbox {
  // From the query string, so that what is shown can be shared and survives the way back.
  readonly state = input<string | undefined>();
  readonly machine = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #dialog = inject(MatDialog);
  readonly #notices = inject(Notices);
  protected readonly session = inject(SessionState);
  protected readonly escalations = inject(Escalations);

  protected readonly shown = computed(
    (): Shown => STATES.find((state) => state === this.state()) ?? 'waiting',
  );
  protected readonly list = pagedList({
    filter: computed(() => ({ state: this.shown(), machineId: this.machine() }), {
      equal: (a, b) => a.state === b.state && a.machineId === b.machineId,
    }),
    load: (filter, page, signal) =>
      this.#api.get('/escalations', escalationPageSchema, {
        query: { ...filter, ...page },
        signal,
      }),
    affectedBy: ({ lists }) => lists.includes('escalations'),
    id: ({ id }: Escalation) => id,
    pageSize: 100,
  });
  /** In the order of the rules. */
  protected readonly groups = computed((): readonly Group[] =>
    (this.escalations.rules.value() ?? []).flatMap((rule) => {
      const items = this.list.items().filter(({ ruleId }) => ruleId === rule.id);
      const open = this.shown() === 'handed-over' ? rule.handedOver : rule.open;
      return items.length === 0 ? [] : [{ rule, items, open }];
    }),
  );
  /** Ids; what is not in the list any more is not chosen any more. */
  protected readonly chosen = linkedSignal<ReadonlySet<string>, ReadonlySet<string>>({
    source: computed(() => new Set(this.list.items().map(({ id }) => id))),
    computation: (ids, before) => new Set([...(before?.value ?? [])].filter((id) => ids.has(id))),
  });

  protected readonly icon = mdiStairsUp;
  protected readonly stepWords = stepWords;
  protected readonly conditionWords = conditionWords;

  protected show(state: unknown): void {
    void this.#router.navigate([], {
      queryParams: { state: state === 'waiting' ? null : state },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected choose(id: string, chosen: boolean): void {
    this.chosen.update((ids) => {
      const next = new Set(ids);
      if (chosen) next.add(id);
      else next.delete(id);
      return next;
    });
  }

  /** All that a rule proposes, shown or not. */
  protected decideAll({ rule, open }: Group, decision: Decision): void {
    const which = { type: 'rule' as const, ruleId: rule.id, expected: this.#count(rule, decision) };
    this.#ask(decision, which, open, stepWords(rule.then));
  }

  protected decideChosen(decision: Decision): void {
    const ids = [...this.chosen()];
    this.#ask(decision, { type: 'chosen', ids }, ids.length, null);
  }

  #count(rule: EscalationRuleOfApi, decision: Decision): number {
    if (decision === 'settle') return rule.handedOver;
    return decision === 'approve' ? rule.open : rule.open + rule.approved;
  }

  #ask(
    decision: Decision,
    which: EscalationDecision['which'],
    count: number,
    what: string | null,
  ): void {
    this.#dialog.open<DecideDialog, DecideDialogData>(DecideDialog, {
      data: {
        ...{ decision, count, what },
        decide: async (reason) => {
          const done = await this.escalations.decide({ decision, which, reason });
          const [left] = done.left;
          this.#notices.tell(
            left === undefined
              ? `Decided: ${done.decided.toLocaleString('en')}. Ordered at once: ${done.ordered.toLocaleString('en')}.`
              : `Decided: ${done.decided.toLocaleString('en')}. Left: ${done.left.length.toLocaleString('en')}. ${left.reason}`,
          );
          await Promise.all([this.list.reload(), this.escalations.rules.reload()]);
        },
      },
      width: '560px',
    });
  }
}
