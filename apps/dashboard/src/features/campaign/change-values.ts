import { type CampaignChange, maintenanceWindowSchema } from '@fleetmend/dashboard-api';
import type { Amount, MaintenanceWindow } from '@fleetmend/domain';
import { amountText, parseAmount } from './amount-text';
import { type Rules } from './rule-words';

/** The rules as they stand in the fields of a form. */
export interface ChangeValues {
  readonly provenLevel: string;
  readonly successPercent: string;
  readonly minimumDecided: string;
  readonly hardErrors: string;
  /** Empty = none of their own. */
  readonly softErrors: string;
  readonly sameNewError: string;
  readonly maximumWaitHours: string;
  readonly soakHours: string;
  readonly budgetHard: string;
  readonly budgetSoft: string;
  readonly concurrency: string;
  readonly siteConcurrency: string;
  /** In the time zone of the browser, as `datetime-local` wants it. */
  readonly endAt: string;
  /** One in a line: cron; minutes; time zone. */
  readonly windows: string;
  readonly playbookVersion: string;
}

/** The fields of a form with these rules. */
export function valuesOf({ gate, budget, execution, playbookVersion }: Rules): ChangeValues {
  return {
    provenLevel: gate.provenLevel,
    successPercent: String(gate.successPercent),
    minimumDecided: amountText(gate.minimumDecided),
    hardErrors: amountText(gate.hardErrors),
    softErrors: amountText(gate.softErrors),
    sameNewError: gate.sameNewError === null ? '' : String(gate.sameNewError),
    maximumWaitHours: String(gate.maximumWaitHours),
    soakHours: String(gate.soakHours),
    budgetHard: amountText(budget.hardErrors),
    budgetSoft: amountText(budget.softErrors),
    concurrency: String(execution.concurrency),
    siteConcurrency: execution.siteConcurrency === null ? '' : String(execution.siteConcurrency),
    endAt: localTime(execution.endAt),
    windows: execution.windows
      .map(({ cron, durationMinutes, timeZone }) => `${cron}; ${durationMinutes}; ${timeZone}`)
      .join('\n'),
    playbookVersion: String(playbookVersion),
  };
}

/** The change that the fields ask for: only the parts that differ. What can't be read stays as it is. */
export function changeOf(values: ChangeValues, rules: Rules): CampaignChange {
  const gate = {
    provenLevel: LEVELS.find((level) => level === values.provenLevel) ?? rules.gate.provenLevel,
    successPercent: numberOr(values.successPercent, rules.gate.successPercent),
    minimumDecided: parseAmount(values.minimumDecided) ?? rules.gate.minimumDecided,
    maximumWaitHours: numberOr(values.maximumWaitHours, rules.gate.maximumWaitHours),
    soakHours: numberOr(values.soakHours, rules.gate.soakHours),
    hardErrors: parseAmount(values.hardErrors) ?? rules.gate.hardErrors,
    softErrors: optionalAmount(values.softErrors, rules.gate.softErrors),
    sameNewError: optionalNumber(values.sameNewError, rules.gate.sameNewError),
  };
  const budget = {
    hardErrors: parseAmount(values.budgetHard) ?? rules.budget.hardErrors,
    softErrors: optionalAmount(values.budgetSoft, rules.budget.softErrors),
  };
  const execution = {
    ...rules.execution,
    concurrency: numberOr(values.concurrency, rules.execution.concurrency),
    siteConcurrency: optionalNumber(values.siteConcurrency, rules.execution.siteConcurrency),
    endAt: endOf(values.endAt, rules.execution.endAt),
    windows: parseWindows(values.windows) ?? rules.execution.windows,
  };
  const playbookVersion = numberOr(values.playbookVersion, rules.playbookVersion);
  return {
    ...(same(gate, rules.gate) ? {} : { gate }),
    ...(same(budget, rules.budget) ? {} : { budget }),
    ...(same(execution, rules.execution) ? {} : { execution }),
    ...(playbookVersion === rules.playbookVersion ? {} : { playbookVersion }),
  };
}

/** Windows from lines of text; null when a line is none. */
export function parseWindows(text: string): MaintenanceWindow[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const windows = lines.flatMap((line) => {
    const [cron, minutes, timeZone] = line.split(';').map((part) => part.trim());
    const parsed = maintenanceWindowSchema.safeParse({
      cron,
      durationMinutes: Number(minutes),
      timeZone,
    });
    return parsed.success ? [parsed.data] : [];
  });
  return windows.length === lines.length ? windows : null;
}

export const LEVELS = ['L0', 'L1', 'L2', 'L3'] as const;

function numberOr(text: string, before: number): number {
  const value = Number(text.replace(',', '.'));
  return text.trim() === '' || Number.isNaN(value) ? before : value;
}

function optionalNumber(text: string, before: number | null): number | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isInteger(value) ? value : before;
}

function optionalAmount(text: string, before: Amount | null): Amount | null {
  return text.trim() === '' ? null : (parseAmount(text) ?? before);
}

/** The instant that was entered; the old one, to the millisecond, where nothing was changed. */
function endOf(text: string, before: string): string {
  if (text === localTime(before)) return before;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? before : instant.toISOString();
}

function localTime(at: string): string {
  const instant = new Date(at);
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Equal whatever the order of the fields. */
function same(a: object, b: object): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
