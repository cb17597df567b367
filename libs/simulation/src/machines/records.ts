import type { FailureReport, SuccessReport } from '@fleetmend/client-protocol';
import type { MachineProfile } from './fleet';
import type { Random } from '../random';
import type { NamedUpdate, Scenario } from './scenarios';

const DAY = 86_400_000;
const NO_UPDATE = '00000000-0000-0000-0000-000000000000';

/** How the phases are named in ReportingEvents.log. */
const ROWS = {
  scan: ['148 [AGENT_DETECTION_FAILED]', 'Software Synchronization', 'failed to detect'],
  download: ['161 [AGENT_DOWNLOAD_FAILED]', 'Content Download', 'Download failed'],
  install: ['182 [AGENT_INSTALLING_FAILED]', 'Content Install', 'Installation Failure'],
  reboot: ['204 [AGENT_INSTALLING_FAILED_POST_REBOOT]', 'Content Install', 'Installation Failure'],
  unknown: ['195 [AU_SCHEDULED_INSTALL_FAILED]', 'Content Install', 'Installation Failure'],
} as const;

/** The update of a scenario on this machine; `month` of the titles is that of `at`. */
export function updateOf(profile: MachineProfile, scenario: Scenario, at: Date): NamedUpdate {
  return scenario.update(profile.version, at.toISOString().slice(0, 7));
}

/** One occurrence of a scenario on this machine, as its client reports it. */
export function failureReport(
  profile: MachineProfile,
  scenario: Scenario,
  occurredAt: Date,
  random: Random,
  fromBacklog = false,
  createdAt = occurredAt,
): FailureReport {
  const update = updateOf(profile, scenario, occurredAt);
  const usual = profile.wsusServer === undefined ? 'windows-update' : 'wsus';
  return {
    kind: 'failure',
    id: random.uuid(),
    createdAt: createdAt.toISOString(),
    code: scenario.code,
    ...(scenario.extendedCode === undefined ? {} : { extendedCode: scenario.extendedCode }),
    phase: scenario.phase,
    update,
    updateKind: scenario.updateKind,
    updateSource: scenario.updateSource ?? usual,
    occurredAt: occurredAt.toISOString(),
    fromBacklog,
    evidence: [
      {
        source: 'reporting-events',
        record: reportingEvent(scenario, update, occurredAt, random.uuid()),
      },
    ],
  };
}

/** The update, or the scan, of a scenario worked. */
export function successReport(
  profile: MachineProfile,
  scenario: Scenario,
  occurredAt: Date,
  random: Random,
): SuccessReport {
  return {
    kind: 'success',
    id: random.uuid(),
    createdAt: occurredAt.toISOString(),
    phase: scenario.phase === 'scan' ? 'scan' : 'install',
    update: updateOf(profile, scenario, occurredAt),
    occurredAt: occurredAt.toISOString(),
  };
}

/**
 * What had happened on the machine before its client came: Windows tries about once a day. Always the same for the
 * same machine and day, ids included, so that a backlog that is written twice counts once.
 */
export function backlog(
  profile: MachineProfile,
  since: Date,
  random: Random,
): readonly (FailureReport | SuccessReport)[] {
  const reports: (FailureReport | SuccessReport)[] = [];
  const { trouble, noise } = profile;
  const ago = (days: number) => new Date(since.getTime() - Math.round(days * DAY));
  if (trouble !== undefined) {
    let days = profile.troubleSinceDays;
    do {
      reports.push(failureReport(profile, trouble, ago(days), random, true, since));
      days -= random.between(0.7, 1.4);
    } while (days > 0.02);
    if (profile.isOver) reports.push(successReport(profile, trouble, ago(0.01), random));
  }
  if (noise !== undefined) {
    reports.push(failureReport(profile, noise, ago(random.between(0.1, 13)), random, true, since));
  }
  return reports;
}

function reportingEvent(
  scenario: Scenario,
  update: NamedUpdate,
  at: Date,
  instance: string,
): string {
  const [event, category, text] = ROWS[scenario.phase];
  const time = at.toISOString().replace('T', ' ').replace('.', ':').replace('Z', '+0000');
  return [
    `{${instance.toUpperCase()}}`,
    time,
    '1',
    event,
    '101',
    `{${(update.id ?? NO_UPDATE).toUpperCase()}}`,
    String(update.revision ?? 0),
    scenario.code.slice(2).toLowerCase(),
    'UpdateOrchestrator',
    'Failure',
    category,
    `${text}: error ${scenario.code.toLowerCase()}${update.title === undefined ? '.' : `: ${update.title}.`}`,
  ].join('\t');
}
