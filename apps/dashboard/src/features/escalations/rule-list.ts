import { DecimalPipe } from '@angular/common';
import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { type EscalationRuleOfApi, newEscalationRuleSchema } from '@fleetmend/dashboard-api';
import { mdiPlus } from '@mdi/js';
import { SessionState } from '../../api/session-state';
import { attempt } from '../../design/attempt';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { StatusChip } from '../../design/status-chip';
import { conditionWords, stepWords } from './escalation-words';
import { Escalations } from './escalations';
import { RuleDialog, type RuleDialogData } from './rule-dialog';

/** The rules of escalation, in their order: the first that applies counts. */
@Component({
  selector: 'fm-rule-list',
  imports: [DecimalPipe, Icon, LoadState, MatButton, PageHeader, RefreshProblem, StatusChip],
  providers: [Escalations],
  templateUrl: './rule-list.html',
  styleUrl: './rule-list.scss',
})
export class RuleList {
  readonly #dialog = inject(MatDialog);
  protected readonly session = inject(SessionState);
  protected readonly escalations = inject(Escalations);
  protected readonly attempt = attempt();
  protected readonly conditionWords = conditionWords;
  protected readonly stepWords = stepWords;
  protected readonly plus = mdiPlus;

  protected edit(rule: EscalationRuleOfApi | null): void {
    this.#dialog.open<RuleDialog, RuleDialogData>(RuleDialog, {
      data: { rule, save: (given) => this.escalations.save(rule?.id ?? null, given) },
      width: '680px',
    });
  }

  protected async turn(rule: EscalationRuleOfApi): Promise<void> {
    await this.attempt.make(() => this.#put(rule, { on: !rule.on }));
  }

  protected async move(rule: EscalationRuleOfApi, place: number): Promise<void> {
    await this.attempt.make(() => this.#put(rule, { position: place }));
  }

  #put(rule: EscalationRuleOfApi, part: { on?: boolean; position?: number }): Promise<void> {
    // Without a place it stays where it is.
    const given = newEscalationRuleSchema.omit({ position: true }).parse(rule);
    return this.escalations.save(rule.id, { ...given, ...part });
  }
}
