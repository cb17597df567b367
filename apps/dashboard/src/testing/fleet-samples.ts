import {
  type AffectedMachine,
  type Fingerprint,
  type Machine,
  type Overview,
  type PlaybookDescription,
  type Preview,
  type Remediation,
  type Run,
  type RunDetail,
  type RunStep,
} from '@fleetmend/dashboard-api';
import { PLAYBOOKS } from '@fleetmend/domain';
import { sampleId } from './samples';

const EARLIER = '2026-01-01T08:00:00Z';
const LATER = '2026-01-02T08:00:00Z';

export function sampleOverview(part: Partial<Overview> = {}): Overview {
  return {
    machines: 40,
    online: 30,
    failingMachines: 12,
    openFingerprints: 3,
    newFingerprints: 1,
    activeRuns: 0,
    fixedLast7Days: 5,
    ...part,
  };
}

export function sampleFingerprint(n: number, part: Partial<Fingerprint> = {}): Fingerprint {
  return {
    id: sampleId(2000 + n),
    code: '0x80070002',
    symbol: 'ERROR_FILE_NOT_FOUND',
    meaning: 'The system cannot find the file specified',
    extendedCode: null,
    phase: 'download',
    update: 'KB5034441',
    updateTitle: 'Security Update (KB5034441)',
    updateSource: 'windows-update',
    osFamily: 'Windows 10 22H2',
    openMachines: 12,
    machines: 20,
    occurrences: 50,
    firstSeenAt: EARLIER,
    lastSeenAt: LATER,
    trend: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
    isNew: false,
    proposals: [
      {
        playbook: 'reset-software-distribution',
        reason: 'Files are missing.',
        confidence: 'documented',
        measured: null,
        discouraged: false,
      },
    ],
    guard: null,
    verdicts: {},
    activeRuns: 0,
    ...part,
  };
}

export function sampleMachine(n: number, part: Partial<Machine> = {}): Machine {
  return {
    id: sampleId(3000 + n),
    hostname: `PC-${n}`,
    domain: null,
    online: true,
    lastSeenAt: LATER,
    enrolledAt: EARLIER,
    retiredAt: null,
    osName: 'Windows 11 Pro',
    osVersion: '10.0.26100',
    osFamily: 'Windows 11 24H2',
    manufacturer: 'LENOVO',
    model: '21HMCTO1WW',
    site: null,
    tags: [],
    clientVersion: '0.1.0',
    openFailures: 0,
    newestFailure: null,
    activeRunId: null,
    pendingRestart: false,
    freeSystemDiskBytes: 50 * 1024 ** 3,
    possibleDuplicates: 0,
    ...part,
  };
}

export function sampleAffected(n: number, part: Partial<AffectedMachine> = {}): AffectedMachine {
  return {
    machineId: sampleId(3000 + n),
    hostname: `PC-${n}`,
    online: true,
    osName: 'Windows 11 Pro',
    state: 'open',
    occurrences: 1,
    firstSeenAt: EARLIER,
    lastSeenAt: LATER,
    run: null,
    ...part,
  };
}

export function samplePlaybook(): PlaybookDescription {
  const [playbook] = PLAYBOOKS;
  if (playbook === undefined) throw new Error('There is no playbook.');
  return {
    name: playbook.name,
    version: playbook.version,
    title: playbook.title,
    description: playbook.description,
    sideEffects: [...playbook.sideEffects],
    scriptable: true,
    parameters: playbook.parameters.map((parameter) => ({ ...parameter })),
    olderVersions: [],
    steps: playbook.steps.map(({ id, section, title }) => ({ id, section, title })),
  };
}

export function samplePreview(part: Partial<Preview> = {}): Preview {
  return {
    included: 2,
    includedOffline: 1,
    excluded: [],
    machines: [],
    guard: null,
    ...part,
  };
}

export function sampleRun(n: number, part: Partial<Run> = {}): Run {
  return {
    id: sampleId(4000 + n),
    remediationId: sampleId(5000),
    machineId: sampleId(3000 + n),
    hostname: `PC-${n}`,
    online: true,
    playbook: 'reset-software-distribution',
    playbookVersion: 1,
    mode: 'execute',
    state: 'acting',
    verdict: null,
    level: null,
    proven: [],
    watchedUntil: null,
    message: null,
    progress: { done: 8, of: 15, current: 'Rename the folder' },
    createdAt: EARLIER,
    leasedAt: EARLIER,
    endedAt: null,
    expiresAt: LATER,
    canCancel: false,
    canUndo: false,
    ...part,
  };
}

export function sampleStep(stepId: string, part: Partial<RunStep> = {}): RunStep {
  return {
    stepId,
    title: `Do ${stepId}`,
    section: 'acting',
    state: null,
    message: null,
    errorCode: null,
    details: null,
    startedAt: null,
    endedAt: null,
    ...part,
  };
}

export function sampleRunDetail(n: number, part: Partial<RunDetail> = {}): RunDetail {
  return {
    ...sampleRun(n),
    steps: [],
    parameters: {},
    undoes: null,
    undoneBy: null,
    fingerprintId: null,
    createdBy: 'ada@example.org',
    histories: [],
    ...part,
  };
}

export function sampleRemediation(part: Partial<Remediation> = {}): Remediation {
  return {
    id: sampleId(5000),
    playbook: 'reset-software-distribution',
    playbookVersion: 1,
    mode: 'execute',
    createdAt: EARLIER,
    createdBy: 'ada@example.org',
    fingerprintId: null,
    reason: null,
    overrideReason: null,
    machines: 2,
    states: { queued: 2 },
    verdicts: {},
    ended: false,
    ...part,
  };
}
