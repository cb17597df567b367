import { type LifeCycle, lifeCycle } from './life-cycle';

/**
 * How the update of one machine's client to one release stands. `offered` and `lost` are the server's to give, the
 * others are what the machine reports. `lost`: it went to install the release and was not heard of again in time.
 */
export const CLIENT_UPDATE_STATES = [
  'offered',
  'downloading',
  'installing',
  'installed',
  'rolled-back',
  'failed',
  'lost',
] as const;
export type ClientUpdateState = (typeof CLIENT_UPDATE_STATES)[number];

/**
 * What is over may be offered anew: where the reason allows it, or to a machine that got an older client back. A machine
 * that was only offered the release may get it by other means, and says the same thing only once a day.
 */
export const clientUpdateLifeCycle: LifeCycle<ClientUpdateState> = lifeCycle({
  start: 'offered',
  moves: {
    offered: ['downloading', 'installing', 'installed', 'rolled-back', 'failed'],
    downloading: ['offered', 'installing', 'installed', 'rolled-back', 'failed'],
    installing: ['installed', 'rolled-back', 'failed', 'lost'],
    installed: ['offered'],
    'rolled-back': ['offered'],
    failed: ['offered'],
    lost: ['offered', 'installed', 'rolled-back', 'failed'],
  },
});

/** What a reason means beyond its words. */
interface ReasonTraits {
  /** The same release is never offered to this machine again. */
  readonly final: boolean;
  /** The release is to blame, not the machine: it counts towards the halt of its rollout. */
  readonly blamesRelease: boolean;
}

/** Why a client did not come to run a release, or no longer does. */
export const CLIENT_UPDATE_REASONS = {
  'no-release-key': { final: true, blamesRelease: false },
  'bad-release-signature': { final: true, blamesRelease: true },
  'malformed-release': { final: true, blamesRelease: true },
  'wrong-architecture': { final: true, blamesRelease: false },
  'not-newer': { final: true, blamesRelease: false },
  'too-old-for-release': { final: false, blamesRelease: false },
  'known-bad': { final: true, blamesRelease: false },
  'wrong-content': { final: true, blamesRelease: true },
  'disk-full': { final: false, blamesRelease: false },
  'download-failed': { final: false, blamesRelease: false },
  'could-not-stage': { final: false, blamesRelease: false },
  'could-not-swap': { final: false, blamesRelease: false },
  'does-not-start': { final: true, blamesRelease: true },
  crashes: { final: true, blamesRelease: true },
  'does-not-connect': { final: true, blamesRelease: true },
  'wrong-version': { final: true, blamesRelease: true },
  'server-unreachable': { final: false, blamesRelease: false },
} as const satisfies Record<string, ReasonTraits>;
export type ClientUpdateReason = keyof typeof CLIENT_UPDATE_REASONS;

/** What a reason means; one that only a newer client knows is final and blames nobody. */
export function traitsOfReason(reason: string | null | undefined): ReasonTraits {
  const known: Readonly<Record<string, ReasonTraits>> = CLIENT_UPDATE_REASONS;
  return known[reason ?? ''] ?? { final: true, blamesRelease: false };
}

/** Whether an update that stands like this speaks against its release. */
export function speaksAgainstRelease(
  state: ClientUpdateState,
  reason: string | null | undefined,
): boolean {
  if (state === 'lost') return true;
  return (state === 'rolled-back' || state === 'failed') && traitsOfReason(reason).blamesRelease;
}

/** The machines that clients are built for, as releases and inventories name them. */
export const CLIENT_ARCHITECTURES = ['x64', 'arm64'] as const;
export type ClientArchitecture = (typeof CLIENT_ARCHITECTURES)[number];

/** Three numbers without leading zeros: 1.20.3. */
export const CLIENT_VERSION_PATTERN = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;

/** Below 0 when `a` is older than `b`, 0 when they are the same. Undefined when one of them is no version. */
export function compareClientVersions(a: string, b: string): number | undefined {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (!left || !right) return undefined;
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] | undefined {
  return CLIENT_VERSION_PATTERN.exec(version)?.slice(1).map(Number);
}
