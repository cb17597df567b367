import { Component, computed, input } from '@angular/core';
import { type AuditEntry } from '@fleetmend/dashboard-api';
import { exactTime } from '../../design/relative-time';
import { changedFields } from './changed-fields';

/** One entry in full: what it was about, and each field before and after. */
@Component({
  selector: 'fm-audit-details',
  template: `
    <dl class="fm-facts">
      <dt>At</dt>
      <dd>{{ at() }}</dd>
      <dt>Subject</dt>
      <dd>
        {{ entry().subjectType }}
        @if (entry().subjectId; as id) {
          <span class="fm-code">{{ id }}</span>
        }
      </dd>
    </dl>
    @if (fields().length > 0) {
      <table>
        <caption class="fm-visually-hidden">
          Before and after
        </caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          @for (field of fields(); track field.name) {
            <tr [class.changed]="field.changed">
              <th scope="row">{{ field.name }}</th>
              <td>
                <code>{{ field.before }}</code>
              </td>
              <td>
                <code>{{ field.after }}</code>
              </td>
            </tr>
          }
        </tbody>
      </table>
    } @else {
      <p class="fm-muted">Nothing was changed by it.</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--fm-space-2);
      padding-block: var(--fm-space-1);
    }
    table {
      border-collapse: collapse;
      font: var(--fm-type-small);
    }
    th,
    td {
      padding: 4px var(--fm-space-2) 4px 0;
      text-align: start;
      vertical-align: top;
    }
    thead th {
      color: var(--fm-text-muted);
      font: var(--fm-type-label);
    }
    code {
      font-size: 12.5px;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
    .changed th {
      font-weight: 600;
    }
    .changed td:last-child code {
      padding: 1px 4px;
      border-radius: 4px;
      background: var(--fm-good-soft);
      color: var(--fm-good-text);
    }
  `,
})
export class AuditDetails {
  readonly entry = input.required<AuditEntry>();
  protected readonly at = computed(() => exactTime(this.entry().at));
  protected readonly fields = computed(() =>
    changedFields(this.entry().before, this.entry().after),
  );
}
