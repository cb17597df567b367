import {
  followLog,
  type FollowedLog,
  parseBookmark,
  positionSchema,
  remarksOf,
} from './log-follower';
import { type DetectionReader, type Observation, type Reading } from './observation';
import { type Row } from './reporting-events-row';

/** A log with a row for each event of Windows Update, and what a line of it says. */
export interface RowLogForm extends FollowedLog {
  readonly parse: (line: string) => Row;
}

/** Follows a log of rows. */
export class RowLog implements DetectionReader {
  constructor(
    readonly name: string,
    private readonly log: RowLogForm,
    readonly isOptional = false,
  ) {}

  get path(): string {
    return this.log.path;
  }

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const chunk = await followLog(this.log, parseBookmark(positionSchema, bookmark));
    const observations: Observation[] = [];
    let malformed = 0;
    for (const line of chunk.lines) {
      const row = this.log.parse(line);
      if (row.kind === 'malformed') malformed += 1;
      else if (row.kind === 'observation' && row.observation.at >= since) {
        observations.push(row.observation);
      }
    }
    const { position, more } = chunk;
    const remarks = remarksOf(chunk, malformed);
    return { observations, bookmark: JSON.stringify(position), more, remarks };
  }
}
