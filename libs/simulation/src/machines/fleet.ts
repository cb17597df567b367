import type { MachineHintsMessage } from '@fleetmend/client-protocol';
import { type Scenario, NOISE, SCENARIOS } from './scenarios';
import { Random } from '../random';
import { type WindowsVersion, WINDOWS_VERSIONS } from './windows-versions';

/** The version that simulated clients say they are. */
export const CLIENT_VERSION = '0.1.0-simulator';

/** What a simulated machine is, from its first day on. */
export interface MachineProfile {
  readonly index: number;
  readonly hostname: string;
  readonly machineGuid: string;
  readonly smbiosUuid: string;
  /** The place, also the beginning of its name. */
  readonly site: string;
  /** Local standard time minus UTC there: people come to work by it. */
  readonly utcOffsetHours: number;
  /** An IANA name. */
  readonly timeZone: string;
  readonly version: WindowsVersion;
  readonly language: string;
  readonly wsusServer: string | undefined;
  /** A notebook goes to sleep now and then. */
  readonly isNotebook: boolean;
  /** What is wrong with its updates, or nothing. */
  readonly trouble: Scenario | undefined;
  /** How many days before the first start that began. */
  readonly troubleSinceDays: number;
  /** Whether it had passed already at the first start. */
  readonly isOver: boolean;
  /** What also fails there, and means nothing. */
  readonly noise: Scenario | undefined;
  readonly freeSystemDiskBytes: number;
  readonly cacheBytes: number;
}

const SITES = [
  { code: 'BER', timeZone: 'Europe/Berlin', language: 'de-DE', utcOffsetHours: 1, weight: 5 },
  { code: 'MUC', timeZone: 'Europe/Berlin', language: 'de-DE', utcOffsetHours: 1, weight: 3 },
  { code: 'LON', timeZone: 'Europe/London', language: 'en-GB', utcOffsetHours: 0, weight: 4 },
  { code: 'NYC', timeZone: 'America/New_York', language: 'en-US', utcOffsetHours: -5, weight: 5 },
  { code: 'PAR', timeZone: 'Europe/Paris', language: 'fr-FR', utcOffsetHours: 1, weight: 2 },
  { code: 'TYO', timeZone: 'Asia/Tokyo', language: 'ja-JP', utcOffsetHours: 9, weight: 1 },
] as const;

const GIB = 1024 ** 3;

/** The machine with this number in a fleet that fails as one: every machine has the same Windows and the same trouble. */
export function alikeProfileOf(seed: string, index: number): MachineProfile {
  const profile = profileOf(seed, index);
  const [version] = WINDOWS_VERSIONS;
  const [trouble] = SCENARIOS;
  if (version === undefined || trouble === undefined) throw new Error('There is nothing to be.');
  return {
    ...profile,
    ...{ version, trouble, isOver: false, noise: undefined, wsusServer: undefined },
    hostname: profile.hostname.replace('-SRV-', '-PC-'),
    freeSystemDiskBytes: Math.max(profile.freeSystemDiskBytes, 12 * GIB),
  };
}

/** The machine with this number in the fleet of this seed. */
export function profileOf(seed: string, index: number): MachineProfile {
  const random = new Random(seed).branch(`machine ${index}`);
  const site = random.weighted(SITES, ({ weight }) => weight);
  const version = random.weighted(WINDOWS_VERSIONS, ({ weight }) => weight);
  const isNotebook = !version.isServer && random.chance(0.55);
  const role = version.isServer ? 'SRV' : isNotebook ? 'NB' : 'PC';
  const fits = ({ only }: Scenario) =>
    only === undefined || (only === 'servers') === version.isServer;
  const trouble = random.chance(0.52)
    ? random.weighted(SCENARIOS.filter(fits), ({ weight }) => weight)
    : undefined;
  const noise = random.chance(0.18)
    ? random.weighted(NOISE.filter(fits), ({ weight }) => weight)
    : undefined;
  return {
    index,
    hostname: `${site.code}-${role}-${String(index + 1).padStart(4, '0')}`,
    machineGuid: random.uuid(),
    smbiosUuid: random.branch('board').uuid(),
    site: site.code,
    utcOffsetHours: site.utcOffsetHours,
    timeZone: site.timeZone,
    version,
    language: site.language,
    wsusServer:
      version.isServer || random.chance(0.06)
        ? `http://wsus.${site.code.toLowerCase()}.corp.example:8530`
        : undefined,
    isNotebook,
    trouble,
    // Squared: most began lately, as after a Patch Tuesday.
    troubleSinceDays: 0.2 + 13.6 * random.next() ** 2,
    isOver: random.chance(0.15),
    noise,
    freeSystemDiskBytes:
      trouble?.refusedBy === 'check-free-space'
        ? random.integer(0.1 * GIB, 0.9 * GIB)
        : random.integer(12 * GIB, 380 * GIB),
    cacheBytes: random.integer(0.4 * GIB, 9 * GIB),
  };
}

/** Where the numbers of copied computers begin: above those of every fleet. */
const FIRST_CLONE = 1_000_000;

/** The computer that was made from a copy of this machine's disk: other hardware, and soon another name. */
export function cloneOf(profile: MachineProfile, number: number): MachineProfile {
  const random = new Random(`${profile.machineGuid}/clone ${number}`);
  return {
    ...profile,
    index: FIRST_CLONE + number,
    hostname: `${profile.hostname}-COPY`,
    smbiosUuid: random.uuid(),
    isNotebook: false,
  };
}

/** What hints at the computer. */
export function hintsOf({
  smbiosUuid,
  machineGuid,
  hostname,
}: MachineProfile): MachineHintsMessage {
  return { smbiosUuid, machineGuid, hostname };
}
