/** A short name, and what it means in a sentence. */
interface Words {
  readonly label: string;
  readonly sentence: string;
}

const PHASES: Readonly<Record<string, Words>> = {
  scan: {
    label: 'Scan',
    sentence: 'Windows could not find out which updates it needs.',
  },
  download: {
    label: 'Download',
    sentence: 'The update was found, and fetching it failed.',
  },
  install: {
    label: 'Install',
    sentence: 'The update was downloaded, and installing it failed.',
  },
  reboot: {
    label: 'After restart',
    sentence: 'The update was installed, and finishing it after the restart failed.',
  },
  unknown: {
    label: 'Unknown phase',
    sentence: 'The records do not say how far the update got.',
  },
};

/** A phase as a word; one that this dashboard doesn't know by its name. */
export function phaseWord(phase: string): string {
  return PHASES[phase]?.label ?? phase;
}

/** What a phase means. */
export function phaseSentence(phase: string): string {
  return PHASES[phase]?.sentence ?? '';
}

const SOURCES: Readonly<Record<string, string>> = {
  'windows-update': 'Windows Update',
  'microsoft-update': 'Microsoft Update',
  wsus: 'WSUS',
  'feature-update': 'Feature update',
  store: 'Microsoft Store',
  unknown: 'Unknown',
};

/** Where the updates come from. */
export function updateSourceWord(source: string): string {
  return SOURCES[source] ?? source;
}

const REMEDIES: Readonly<Record<string, string>> = {
  'reset-software-distribution': 'Reset SoftwareDistribution',
  'repair-component-store': 'Repair the component store (DISM RestoreHealth, then SFC)',
  'repair-update-services': 'Put the update services and their start types right',
  'run-troubleshooter': 'Run the Windows Update troubleshooter',
  'update-drivers': 'Update the drivers that are concerned',
  'allow-os-upgrade': 'Allow the feature update in the registry',
  'sync-clock': 'Set the clock right',
  'restart-machine': 'Restart the machine',
  'check-proxy-firewall': 'Check proxy, firewall and the way to the update server',
  'free-disk-space': 'Free disk space',
};

/** What helps, as something to do; nothing for `none`. */
export function remedyWord(remedy: string): string | null {
  return remedy === 'none' ? null : (REMEDIES[remedy] ?? remedy);
}

const CONFIDENCES: Readonly<Record<string, string>> = {
  documented: 'Documented cure',
  likely: 'Likely cure',
  possible: 'Possible cure',
  measured: 'Proven here',
};

/** How sure a proposal is. */
export function confidenceWord(confidence: string): string {
  return CONFIDENCES[confidence] ?? confidence;
}

const EVIDENCE_SOURCES: Readonly<Record<string, string>> = {
  'event-log': 'Windows event log',
  'reporting-events': 'ReportingEvents.log',
  'windows-update-log': 'WindowsUpdate.log',
  'update-history': 'Update history',
  'setup-results': 'Windows set-up results',
  servicing: 'Windows event log, servicing',
  'cbs-log': 'CBS.log',
  esent: 'Windows event log, update database',
};

/** Which record on the machine told of a failure. */
export function evidenceSourceWord(source: string): string {
  return EVIDENCE_SOURCES[source] ?? source;
}
