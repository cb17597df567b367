import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The update that the tests are about. */
export const update = {
  id: '7a967290-3b1c-4a5e-9a0f-0b0f3f1a2c11',
  revision: 203,
  kb: 'KB5034441',
  title: '2024-01 Security Update for Windows 11 (KB5034441)',
} as const;

/** One row of ReportingEvents.log, as Windows 10 and later write it. */
export interface LogRow {
  readonly event: string;
  /** Hex without 0x; `0` for none. */
  readonly code: string;
  readonly status: 'Success' | 'Failure';
  readonly category: string;
  readonly message: string;
  /** Default: the update of the tests. */
  readonly updateId?: string;
  readonly revision?: number;
  /** Default: now. */
  readonly at?: Date;
}

/** Windows Update could not download the update. */
export function downloadFailed(code: string): LogRow {
  return {
    event: '161 [AGENT_DOWNLOAD_FAILED]',
    code: code.replace(/^0x/, '').toLowerCase(),
    status: 'Failure',
    category: 'Content Download',
    message: 'Error: Download failed.',
  };
}

/** Windows Update could not install the update. */
export function installFailed(code: string): LogRow {
  return {
    event: '182 [AGENT_INSTALLING_FAILED]',
    code: code.replace(/^0x/, '').toLowerCase(),
    status: 'Failure',
    category: 'Content Install',
    message: `Installation Failure: Windows failed to install the following update with error ${code}: ${update.title}.`,
  };
}

/** A scan ended well. */
export function scanEnded(): LogRow {
  return {
    event: '147 [AGENT_DETECTION_FINISHED]',
    code: '0',
    status: 'Success',
    category: 'Software Synchronization',
    message: 'Windows Update Client successfully detected 1 updates.',
    updateId: '00000000-0000-0000-0000-000000000000',
    revision: 0,
  };
}

/** The update was installed. */
export function installed(): LogRow {
  return {
    event: '183 [AGENT_INSTALLING_SUCCEEDED]',
    code: '0',
    status: 'Success',
    category: 'Content Install',
    message: `Installation Successful: Windows successfully installed the following update: ${update.title}`,
  };
}

/** Appends rows the way Windows does: UTF-16 with its mark at the beginning, tabs, CRLF. */
export function appendRows(file: string, ...rows: readonly LogRow[]): void {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '\uFEFF', 'utf16le');
  }
  appendFileSync(file, rows.map(lineOf).join(''), 'utf16le');
}

/** A row as it stands in the log, with its line break. */
export function lineOf(row: LogRow): string {
  const columns = [
    `{${randomUUID().toUpperCase()}}`,
    localTime(row.at ?? new Date()),
    '1',
    row.event,
    '101',
    `{${(row.updateId ?? update.id).toUpperCase()}}`,
    String(row.revision ?? update.revision),
    row.code,
    'UpdateOrchestrator',
    row.status,
    row.category,
    row.message,
    'aS8pKHUwl0i6mrKJ.1.2.3.0',
  ];
  return `${columns.join('\t')}\r\n`;
}

/** Windows writes local time and its offset; here the time zone is UTC. */
function localTime(at: Date): string {
  return at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.(\d{3})Z$/, ':$1+0000');
}
