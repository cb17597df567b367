import { type Windows } from '../windows/windows';
import { ansiEncodingOf } from './ansi';
import { EVENT_FEEDS } from './event-feeds';
import { EventLogReader } from './event-log';
import { type DetectionReader } from './observation';
import { ReportingEvents } from './reporting-events';
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
export function sourcesOf(windows: Windows): Sources {
  const { machine, eventLog, registry } = windows;
  const separator = machine.windowsDirectory.includes('/') ? '/' : '\\';
  const inWindows = (...names: string[]) => [machine.windowsDirectory, ...names].join(separator);
  let encoding: Promise<string> | undefined;
  const ansi = () => (encoding ??= ansiEncodingOf(registry));

  const reportingEvents = new ReportingEvents(
    inWindows('SoftwareDistribution', 'ReportingEvents.log'),
  );
  const windowsUpdateLog = new WindowsUpdateLog(inWindows('WindowsUpdate.log'), ansi);
  return {
    readers: [
      ...EVENT_FEEDS.map((feed) => new EventLogReader(eventLog, feed)),
      reportingEvents,
      windowsUpdateLog,
    ],
    watchedFiles: [reportingEvents.path, windowsUpdateLog.path],
    reportingEventsPath: reportingEvents.path,
  };
}
