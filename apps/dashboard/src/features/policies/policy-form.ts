import { FormControl, FormGroup } from '@angular/forms';
import {
  type NewPolicy,
  type Policy,
  newPolicySchema,
  policyMatchSchema,
} from '@fleetmend/dashboard-api';
import { normaliseErrorCode } from '@fleetmend/domain';
import { fits, holds } from '../../design/contract-validator';
import { fromLocalInput, toLocalInput } from '../campaign-wizard/fields/local-instant';
import { WINDOW_PRESETS, ownTimeZone, presetOf } from '../campaign-wizard/rollout/window-presets';
import { holdsTags, tagsOf } from '../labels/tag-words';

const DAY = 86_400_000;
/** Of the choice of hours: no window, and the windows that the policy has, which are none of the usual ones. */
export const ANY_TIME = 'any';
export const AS_IT_IS = 'as-it-is';

function text(value = ''): FormControl<string> {
  return new FormControl(value, { nonNullable: true });
}

function number(value: number, least: number, most: number, optional = false): FormControl<string> {
  return new FormControl(String(value), {
    nonNullable: true,
    validators: holds(
      (given) => {
        if (optional && given.trim() === '') return true;
        return /^\d{1,6}$/.test(given.trim()) && Number(given) >= least && Number(given) <= most;
      },
      `Enter a whole number from ${least} to ${most.toLocaleString('en')}${optional ? ', or nothing' : ''}.`,
    ),
  });
}

/** The hours of a policy as the form chooses them. */
function hoursOf(policy: Policy | null): string {
  if (policy === null || policy.windows.length === 0) return ANY_TIME;
  const [window, ...more] = policy.windows;
  const preset = window && more.length === 0 ? presetOf(window) : null;
  return preset ?? AS_IT_IS;
}

/** The fields of a policy: a new one, or those of `policy`. */
export function policyForm(policy: Policy | null, now: number) {
  const filter = policy?.machines ?? {};
  return new FormGroup({
    name: new FormControl(policy?.name ?? '', {
      nonNullable: true,
      validators: fits(newPolicySchema.shape.name, 'Give it a name of up to 100 characters.'),
    }),
    code: text(policy?.match.type === 'code' ? policy.match.code : ''),
    phase: text(policy?.match.type === 'code' ? (policy.match.phase ?? '') : ''),
    search: text(filter.search),
    site: text(filter.site),
    tags: new FormControl(filter.tag?.join(' ') ?? '', {
      nonNullable: true,
      validators: holdsTags,
    }),
    hours: text(hoursOf(policy)),
    zone: text(policy?.windows[0]?.timeZone ?? ownTimeZone()),
    dailyLimit: number(policy?.dailyLimit ?? 10, 1, 10_000),
    concurrency: number(policy?.concurrency ?? 5, 1, 1000),
    coolDownDays: number(policy?.coolDownDays ?? 7, 1, 365),
    maximumAgeDays: number(policy === null ? 14 : (policy.maximumAgeDays ?? NaN), 1, 365, true),
    expiresAt: new FormControl(
      toLocalInput(policy?.expiresAt ?? new Date(now + 90 * DAY).toISOString()),
      {
        nonNullable: true,
        validators: holds((value) => fromLocalInput(value) !== '', 'Choose a day and a time.'),
      },
    ),
    overrideReason: new FormControl(policy?.overrideReason ?? '', {
      nonNullable: true,
      validators: holds(
        (value) => value.trim() === '' || value.trim().length >= 3,
        'Say why in 3 characters or more, or nothing.',
      ),
    }),
  });
}

/** What the form says, as the contract wants it; throws where a field is wrong. */
export function planOfForm(
  form: ReturnType<typeof policyForm>,
  given: {
    readonly policy: Policy | null;
    readonly fingerprintId: string | null;
    readonly playbook: string;
    readonly parameters: NewPolicy['parameters'];
  },
): NewPolicy {
  const values = form.getRawValue();
  const { policy, fingerprintId, playbook, parameters } = given;
  const tags = tagsOf(values.tags);
  const age = values.maximumAgeDays.trim();
  return newPolicySchema.parse({
    name: values.name,
    match:
      fingerprintId === null
        ? {
            type: 'code',
            code: normaliseErrorCode(values.code) ?? values.code,
            phase: values.phase === '' ? null : values.phase,
          }
        : { type: 'fingerprint', fingerprintId },
    machines: {
      // Conditions that the form has no field for stay.
      ...{ ...policy?.machines, search: undefined, site: undefined, tag: undefined },
      ...(values.search.trim() !== '' && { search: values.search.trim() }),
      ...(values.site.trim() !== '' && { site: values.site.trim() }),
      ...(tags.length > 0 && { tag: tags }),
    },
    ...{ playbook, parameters },
    windows: windowsOf(values.hours, values.zone, policy),
    dailyLimit: Number(values.dailyLimit),
    concurrency: Number(values.concurrency),
    coolDownDays: Number(values.coolDownDays),
    maximumAgeDays: age === '' ? null : Number(age),
    expiresAt: fromLocalInput(values.expiresAt),
    overrideReason: values.overrideReason.trim() === '' ? null : values.overrideReason.trim(),
  });
}

function windowsOf(hours: string, timeZone: string, policy: Policy | null): NewPolicy['windows'] {
  if (hours === AS_IT_IS) return policy?.windows ?? [];
  const preset = WINDOW_PRESETS.find(({ name }) => name === hours);
  return preset ? [{ ...preset.hours, timeZone }] : [];
}

/** Whether the code is one, in any spelling. */
export function isCode(code: string): boolean {
  const normalised = normaliseErrorCode(code);
  return policyMatchSchema.safeParse({ type: 'code', code: normalised }).success;
}
