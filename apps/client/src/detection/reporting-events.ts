import { open } from 'node:fs/promises';
import { reasonOf } from '../log';
import { Unavailable } from '../windows/windows';
import { isMissing } from './log-follower';
import { parseReportingEventsRow } from './reporting-events-row';
import { RowLog } from './row-log';

/** Reads `SoftwareDistribution\ReportingEvents.log`. The reset takes it away; Windows then begins a new one. */
export class ReportingEvents extends RowLog {
  constructor(path: string) {
    super('reporting-events', {
      path,
      name: 'ReportingEvents.log',
      whenMissing: 'there is no such file; Windows writes it with the first scan',
      parse: (line) => parseReportingEventsRow(line, 'reporting-events'),
    });
  }
}

/** The whole file as text, as far as it fits into `maximumBytes` from its end; nothing when there is none. */
export async function readWholeLog(
  path: string,
  maximumBytes: number,
): Promise<{ readonly text: string; readonly complete: boolean } | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const mark = Buffer.alloc(2);
      await file.read(mark, 0, 2, 0);
      const utf16 = mark[0] === 0xff && mark[1] === 0xfe;
      const begin = size > maximumBytes ? (size - maximumBytes + 1) & ~1 : 0;
      const kept = Buffer.alloc(size - begin);
      let filled = 0;
      while (filled < kept.length) {
        const { bytesRead } = await file.read(kept, filled, kept.length - filled, begin + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const decoder = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8');
      return { text: decoder.decode(kept.subarray(0, filled)), complete: begin === 0 };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Unavailable('ReportingEvents.log', reasonOf(error));
  }
}
