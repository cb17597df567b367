import { type UpdateIdentity, type UpdateKind, type UpdateSource } from '@fleetmend/domain';
import { titleText } from './observation';

const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;
const NO_GUID = '00000000-0000-0000-0000-000000000000';
const KB = /\bKB\s?(\d{4,10})\b/i;
const MAXIMUM_REVISION = 4_294_967_295;

/** KB of Defender's security intelligence updates: several a day, each with a new update id. */
const DEFENDER_KBS = new Set(['KB2267602', 'KB4052623', 'KB2461484', 'KB2310138']);
/** Store apps are titled by their product id: `9MSSGKG348SP-MicrosoftWindows.Client.WebExperience`. */
const STORE_TITLE = /^(?:9[A-Z0-9]{11}|XP[A-Z0-9]{12})(?:-|$)/;
const FEATURE_TITLE = /\bfeature update\b|\bWindows 1\d, version \d\dH\d\b/i;

const SERVICES: Readonly<Record<string, UpdateSource>> = {
  '9482f4b4-e343-43b6-b170-9a65bc822c77': 'windows-update',
  '7971f918-a847-4430-9279-4a52d1efe18d': 'microsoft-update',
  '3da21691-e39d-4da6-8a4b-b43877bcb1b7': 'wsus',
  '855e8a7c-ecb4-4ca3-b045-1dfa50104289': 'store',
  '8b24b027-1dee-babb-9a95-3517dfb9c552': 'feature-update',
};

/** A GUID in lower case without braces; nothing for zeros and for what is no GUID. */
export function guidOf(text: string | undefined): string | undefined {
  const guid = GUID.exec(text?.trim() ?? '')?.[1]?.toLowerCase();
  return guid === NO_GUID ? undefined : guid;
}

/** The update that a record names, as far as it does. */
export function updateIdentity(fields: {
  readonly id?: string | undefined;
  readonly revision?: string | undefined;
  readonly title?: string | undefined;
}): UpdateIdentity {
  const id = guidOf(fields.id);
  const title = titleText(fields.title);
  const kb = KB.exec(title ?? '')?.[1];
  const revision = /^\d{1,10}$/.test(fields.revision ?? '') ? Number(fields.revision) : undefined;
  return {
    ...(id === undefined ? {} : { id }),
    ...(id === undefined || revision === undefined || revision > MAXIMUM_REVISION
      ? {}
      : { revision }),
    ...(kb === undefined ? {} : { kb: `KB${kb}` }),
    ...(title === undefined ? {} : { title }),
  };
}

/** Where the update comes from, by the GUID of the update service. */
export function updateSourceOf(serviceGuid: string | undefined): UpdateSource {
  return SERVICES[guidOf(serviceGuid) ?? ''] ?? 'unknown';
}

/** What kind of thing the record is about; nothing when it doesn't tell. */
export function updateKindOf(update: UpdateIdentity, source: UpdateSource): UpdateKind | undefined {
  if (source === 'store' || STORE_TITLE.test(update.title ?? '')) return 'store-app';
  if (update.kb !== undefined && DEFENDER_KBS.has(update.kb)) return 'defender-definitions';
  if (update.title === undefined) return undefined;
  if (FEATURE_TITLE.test(update.title)) return 'feature';
  return isDriverTitle(update.title, update.kb) ? 'driver' : 'windows';
}

/** "Intel - System - 10.1.2.3", "Realtek - Audio Device - 6.0.1": maker, class, version, and no KB. */
function isDriverTitle(title: string, kb: string | undefined): boolean {
  if (kb !== undefined) return false;
  return /\bdriver update\b/i.test(title) || /^[^-]+ - [^-].* - [\d./]+(?: .*)?$/.test(title);
}

/** By what failures and successes of the same update find each other. Empty for a scan. */
export function updateKey(update: UpdateIdentity): string {
  return update.id ?? update.kb ?? '';
}
