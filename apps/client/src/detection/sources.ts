import { type Clock } from '../clock';
import { type Windows } from '../windows/windows';
import { ansiEncodingOf } from './ansi';
import { CbsLog } from './cbs-log';
import { EVENT_FEEDS } from './event-feeds';
import { EventLogReader } from './event-log';
import { type DetectionReader } from './observation';
import { ReportingEvents } from './reporting-events';
import { SetupResults } from './setup-results';
import { UpdateHistoryReader } from './update-history';
import { WindowsUpdateLog } from './windows-update-log';

/** Everything on a machine that tells of its updates. */
export interface Sources {
  /** In the order in which they are read: what is dear to ask comes last, and only when the others have news. */
  readonly readers: readonly DetectionReader[];
  /** Files that change when there is something to read. */
  readonly watchedFiles: readonly string[];
  readonly reportingEventsPath: string;
}

/** The one list of sources: what the client reads, and what `doctor` looks at. */
export function sourcesOf(windows: Windows, clock: Clock): Sources {
  const { machine, eventLog, registry, updateHistory } = windows;
  const separator = machine.windowsDirectory.includes('/') ? '/' : '\\';
  const inWindows = (...names: string[]) => [machine.windowsDirectory, ...names].join(separator);
  let encoding: Promise<string> | undefined;
  const ansi = () => (encoding ??= ansiEncodingOf(registry));

  const reportingEvents = new ReportingEvents(
    inWindows('SoftwareDistribution', 'ReportingEvents.log'),
  );
  const windowsUpdateLog = new WindowsUpdateLog(inWindows('WindowsUpdate.log'), ansi);
  const setupReport = inWindows('Logs', 'SetupDiag', 'SetupDiagResults.xml');
  const setupFolder = `${machine.systemDrive}$WINDOWS.~BT${separator}Sources${separator}`;
  const setupLogs = [
    `${setupFolder}Panther`,
    `${setupFolder}Rollback`,
    inWindows('Panther'),
    inWindows('Panther', 'NewOS'),
  ].flatMap((folder) =>
    ['setupact.log', 'setuperr.log'].map((name) => `${folder}${separator}${name}`),
  );
  return {
    readers: [
      ...EVENT_FEEDS.map((feed) => new EventLogReader(eventLog, feed)),
      reportingEvents,
      windowsUpdateLog,
      new CbsLog(inWindows('Logs', 'CBS'), ansi),
      new SetupResults({ report: setupReport, logs: setupLogs }, registry, clock, ansi),
      new UpdateHistoryReader(updateHistory, clock),
    ],
    watchedFiles: [reportingEvents.path, windowsUpdateLog.path, setupReport],
    reportingEventsPath: reportingEvents.path,
  };
}
