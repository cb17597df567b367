import { parseReportingEventsRow, type Row } from './reporting-events-row';
import { RowLog } from './row-log';

/** Date, time, process, thread, component "Report", and behind the mark the columns of ReportingEvents.log. */
const REPORT_EVENT =
  /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d:\d{3}\t\s*\d+\t\s*[0-9a-f]+\tReport\tREPORT EVENT:\s*(\{.*)$/i;

/**
 * Reads a line of the classic WindowsUpdate.log. Only what Windows reported counts: codes stand in many other lines,
 * most of them routine ("Handler UH: DpxRestoreJob returned 0x80070002" belongs to a download that goes well).
 */
export function parseWindowsUpdateLogLine(line: string): Row {
  const row = REPORT_EVENT.exec(line)?.[1];
  return row === undefined ? { kind: 'other' } : parseReportingEventsRow(row, 'windows-update-log');
}

/** Reads `%windir%\WindowsUpdate.log`. From Windows 10 on it's a note that says where its content went. */
export class WindowsUpdateLog extends RowLog {
  constructor(path: string, ansi: () => Promise<string>) {
    const whenMissing = 'there is no such file; only Windows 7 to 8.1 write it';
    const form = { path, name: 'WindowsUpdate.log', whenMissing, ansi };
    super('windows-update-log', { ...form, parse: parseWindowsUpdateLogLine }, true);
  }
}
