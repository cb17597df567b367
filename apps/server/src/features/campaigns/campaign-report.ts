import type { GateRule } from '@fleetmend/domain';
import { stringify } from 'csv-stringify/sync';
import type { TargetRow } from './campaign-targets.repository';
import { toTarget } from './campaigns.mapper';
import { outcomeOfTarget } from './tallies';

/** The outcome of every machine as CSV, for spreadsheets: what looks like a formula there is made harmless. */
export function toCsv(rows: readonly TargetRow[], provenLevel: GateRule['provenLevel']): string {
  return stringify(
    rows.map((row) => {
      const target = toTarget(row);
      const hasEnded = target.state === 'ended';
      return {
        ...{ machine: target.hostname, machine_id: target.machineId, wave: target.wave },
        ...{ role: target.role, state: target.state, verdict: target.verdict },
        outcome: hasEnded ? outcomeOfTarget(row, provenLevel) : null,
        ...{ level: row.level, code: target.code, tries: target.attempt },
        ...{ message: target.message, run_id: target.runId },
      };
    }),
    { header: true, escape_formulas: true, bom: true, record_delimiter: 'windows' },
  );
}
