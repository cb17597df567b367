import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { reasonOf } from '../log';
import { Unavailable } from '../windows/windows';
import { type FilePosition, readGrowingFile } from './growing-file';
import { type DetectionReader, type Observation, type Reading } from './observation';
import { parseReportingEventsRow } from './reporting-events-row';

const bookmarkSchema = z.object({ offset: z.number().int().min(0), tail: z.string() });

/** Reads `SoftwareDistribution\ReportingEvents.log`. The reset takes it away; Windows then begins a new one. */
export class ReportingEvents implements DetectionReader {
  readonly name = 'reporting-events';

  constructor(readonly path: string) {}

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const chunk = await this.open(bookmark);
    const observations: Observation[] = [];
    let malformed = 0;
    for (const line of chunk.lines) {
      const row = parseReportingEventsRow(line);
      if (row.kind === 'malformed') malformed += 1;
      else if (row.kind === 'observation' && row.observation.at >= since) {
        observations.push(row.observation);
      }
    }
    const remarks: string[] = [];
    if (chunk.restarted) remarks.push('The file was replaced or cut, and was read from its start.');
    if (malformed > 0) remarks.push(`${malformed} lines could not be understood.`);
    if (chunk.oversized > 0) remarks.push(`${chunk.oversized} lines were too long to be read.`);
    return { observations, bookmark: JSON.stringify(chunk.position), more: chunk.more, remarks };
  }

  private async open(bookmark: string | undefined) {
    try {
      return await readGrowingFile(this.path, positionOf(bookmark));
    } catch (error) {
      throw new Unavailable('ReportingEvents.log', reasonFor(error));
    }
  }
}

/** A bookmark that can't be understood is none: reading again from the start loses nothing. */
function positionOf(bookmark: string | undefined): FilePosition | undefined {
  if (bookmark === undefined) return undefined;
  try {
    return bookmarkSchema.safeParse(JSON.parse(bookmark)).data;
  } catch {
    return undefined;
  }
}

/** The whole file as text, as far as it fits into `maximumBytes` from its end; nothing when there is none. */
export async function readWholeLog(
  path: string,
  maximumBytes: number,
): Promise<{ readonly text: string; readonly complete: boolean } | undefined> {
  try {
    const { size } = await stat(path);
    const bytes = await readFile(path);
    const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    const kept = size > maximumBytes ? bytes.subarray(size - (maximumBytes & ~1)) : bytes;
    const text = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(kept);
    return { text, complete: kept.length === bytes.length };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Unavailable('ReportingEvents.log', reasonFor(error));
  }
}

function reasonFor(error: unknown): string {
  if (isMissing(error)) {
    return 'there is no such file; Windows writes it with the first scan';
  }
  return reasonOf(error);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
