import { Component, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Escalation } from '@fleetmend/dashboard-api';
import { RelativeTime } from '../../design/relative-time';
import { StatusChip } from '../../design/status-chip';
import { EvidenceLink } from '../evidence/evidence-link';
import { Presence } from '../machines/presence';
import { verdictTone, verdictWords } from '../run/run-words';
import { ESCALATION_STATE_WORDS, failureWords } from './escalation-words';

/** Escalations of one rule. */
@Component({
  selector: 'fm-escalation-table',
  imports: [EvidenceLink, Presence, RelativeTime, RouterLink, StatusChip],
  template: `
    <div class="fm-table-frame">
      <table class="fm-table">
        <caption class="fm-visually-hidden">
          {{
            label()
          }}
        </caption>
        <thead>
          <tr>
            @if (canChoose()) {
              <th scope="col" class="fm-tight">
                <span class="fm-visually-hidden">Choose</span>
              </th>
            }
            <th scope="col">Machine</th>
            <th scope="col">Failure now</th>
            <th scope="col">After</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          @for (each of items(); track each.id) {
            <tr>
              @if (canChoose()) {
                <td class="fm-tight">
                  <input
                    #box
                    type="checkbox"
                    [attr.aria-label]="'Choose ' + each.hostname"
                    [checked]="chosen().has(each.id)"
                    (change)="chose.emit({ id: each.id, chosen: box.checked })"
                  />
                </td>
              }
              <th scope="row">
                <a [routerLink]="['/machines', each.machineId]">{{ each.hostname }}</a>
                <fm-presence [online]="each.online" />
              </th>
              <td data-label="Failure now">
                @if (each.failure; as failure) {
                  <a [routerLink]="['/failures', failure.fingerprintId]">{{
                    failureWords(failure)
                  }}</a>
                } @else {
                  {{ failureWords(null) }}
                }
              </td>
              <td data-label="After">
                <a
                  [routerLink]="['/runs', each.runId]"
                  [attr.aria-label]="
                    verdictWords(each.verdict).label + ': the run on ' + each.hostname
                  "
                >
                  <fm-status-chip [tone]="verdictTone(each.verdict)">{{
                    verdictWords(each.verdict).label
                  }}</fm-status-chip>
                </a>
              </td>
              <td data-label="State">
                <div>
                  <fm-status-chip [tone]="states[each.state].tone">{{
                    states[each.state].label
                  }}</fm-status-chip>
                  @if (each.note; as note) {
                    <p class="sub">{{ note }}</p>
                  }
                  @if (each.orderedRunId; as runId) {
                    <p class="sub">
                      <a
                        [routerLink]="['/runs', runId]"
                        [attr.aria-label]="'Open the run on ' + each.hostname"
                        >Open the run</a
                      >
                    </p>
                  }
                  @if (each.state === 'handed-over') {
                    <fm-evidence-link class="evidence" of="runs" [id]="each.runId" />
                  }
                </div>
              </td>
              <td data-label="Since">
                <div>
                  <fm-time [at]="each.decidedAt ?? each.createdAt" />
                  @if (each.decidedBy; as who) {
                    <p class="sub fm-breakable">
                      by {{ who === 'system' ? 'the rule itself' : who }}
                    </p>
                  }
                </div>
              </td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    .sub {
      max-width: 40ch;
      margin-top: 2px;
      color: var(--fm-text-muted);
      font: var(--fm-type-small);
    }
    .evidence {
      display: block;
      margin-top: var(--fm-space-1);
    }
    fm-presence {
      margin-inline-start: var(--fm-space-1);
    }
    input {
      width: 18px;
      height: 18px;
      accent-color: var(--fm-accent);
    }
  `,
})
export class EscalationTable {
  readonly items = input.required<readonly Escalation[]>();
  /** What the table is called. */
  readonly label = input.required<string>();
  readonly chosen = input.required<ReadonlySet<string>>();
  readonly canChoose = input.required<boolean>();
  readonly chose = output<{ readonly id: string; readonly chosen: boolean }>();

  protected readonly states = ESCALATION_STATE_WORDS;
  protected readonly failureWords = failureWords;
  protected readonly verdictTone = verdictTone;
  protected readonly verdictWords = verdictWords;
}
