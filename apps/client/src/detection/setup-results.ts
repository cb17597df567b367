import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { type Clock } from '../clock';
import { reasonOf } from '../log';
import { type Registry, Unavailable } from '../windows/windows';
import { type FileChunk } from './growing-file';
import {
  Absent,
  followLog,
  isMissing,
  parseBookmark,
  positionSchema,
  remarksOf,
} from './log-follower';
import { type DetectionReader, type Observation, type Reading } from './observation';
import { findingOf, parseSetupDiag, type SetupDiagFinding } from './setup-diag';
import { setupObservationOf } from './setup-log-line';
import { setupObservation } from './setup-result';

/** Where SetupDiag writes when set-up runs it, and when somebody else does. */
const REGISTRY_KEYS = [
  'SYSTEM\\Setup\\SetupDiag\\Results',
  'SYSTEM\\Setup\\MoSetup\\Volatile\\SetupDiag',
];
const LARGEST_REPORT = 1_048_576;

/** Where set-up leaves word of a feature update that failed. */
export interface SetupPlaces {
  /** `SetupDiagResults.xml` */
  readonly report: string;
  /** `setupact.log` and `setuperr.log`, wherever set-up may have been. */
  readonly logs: readonly string[];
}

const bookmarkSchema = z.object({
  /** Of SetupDiag's report and registry values, as they were read. */
  report: z.string(),
  logs: z.record(z.string(), positionSchema),
});

/**
 * Reads how feature updates ended: SetupDiag's report, else its values in the registry, and set-up's own logs. Most
 * machines have none of it, and lack nothing: set-up only leaves it when something went wrong.
 */
export class SetupResults implements DetectionReader {
  readonly name = 'setup-results';
  readonly isOptional = true;

  constructor(
    private readonly places: SetupPlaces,
    private readonly registry: Pick<Registry, 'read'>,
    private readonly clock: Clock,
    private readonly ansi: () => Promise<string>,
  ) {}

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const known = parseBookmark(bookmarkSchema, bookmark);
    const observations: Observation[] = [];
    const remarks: string[] = [];
    const told = await this.told(remarks);
    const report = createHash('sha256')
      .update(told?.text ?? '')
      .digest('base64');
    if (told?.finding && report !== known?.report) {
      const { result, at } = told.finding;
      observations.push(setupObservation(result, at ?? told.writtenAt, told.text));
    }
    const logs: Record<string, z.infer<typeof positionSchema>> = {};
    let more = false;
    for (const path of this.places.logs) {
      const from = known?.logs[path];
      const chunk = await this.follow(path, from, remarks);
      if (chunk === 'unreadable' && from) logs[path] = from;
      if (typeof chunk !== 'object') continue;
      logs[path] = chunk.position;
      more ||= chunk.more;
      for (const line of chunk.lines) {
        const observation = setupObservationOf(line);
        if (observation) observations.push(observation);
      }
    }
    return {
      observations: observations.filter(({ at }) => at >= since),
      bookmark: JSON.stringify({ report, logs }),
      more,
      remarks,
    };
  }

  private async told(remarks: string[]): Promise<Told | undefined> {
    const ofFile = await this.reportFile(remarks);
    return ofFile?.finding ? ofFile : ((await this.registryValues()) ?? ofFile);
  }

  private async reportFile(remarks: string[]): Promise<Told | undefined> {
    try {
      const file = await open(this.places.report, 'r');
      try {
        const { size, mtime } = await file.stat();
        if (size > LARGEST_REPORT) {
          remarks.push(`SetupDiagResults.xml is too large to be read (${size} bytes).`);
          return undefined;
        }
        const text = decode(await file.readFile());
        const finding = parseSetupDiag(text);
        if (!finding) remarks.push('SetupDiagResults.xml tells of no error.');
        return { text, finding, writtenAt: mtime };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new Unavailable('SetupDiagResults.xml', reasonOf(error));
    }
  }

  private async registryValues(): Promise<Told | undefined> {
    for (const key of REGISTRY_KEYS) {
      const read = async (name: string) => {
        const value = await this.registry.read(key, name);
        return Array.isArray(value) ? value.join('\n') : value;
      };
      const names = ['ProfileName', 'FailureDetails', 'FailureData', 'UpgradeEndTime', 'DateTime'];
      const values: Record<string, string> = {};
      for (const name of names) {
        const value = await read(name);
        if (typeof value === 'string') values[name] = value;
      }
      const { FailureDetails, FailureData, UpgradeEndTime, DateTime } = values;
      const finding = findingOf({
        texts: [FailureDetails, FailureData].filter((one) => one !== undefined),
        times: [UpgradeEndTime, DateTime],
      });
      if (finding) return { text: JSON.stringify(values), finding, writtenAt: this.clock.now() };
    }
    return undefined;
  }

  /** One log that can't be read doesn't keep the others from being read; its place is kept. */
  private async follow(
    path: string,
    from: z.infer<typeof positionSchema> | undefined,
    remarks: string[],
  ): Promise<FileChunk | 'missing' | 'unreadable'> {
    try {
      const chunk = await followLog(
        { path, name: path, whenMissing: 'there is no such file', ansi: this.ansi },
        from,
      );
      remarks.push(...remarksOf(chunk));
      return chunk;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (error instanceof Absent) return 'missing';
      remarks.push(error.message);
      return 'unreadable';
    }
  }
}

interface Told {
  readonly text: string;
  readonly finding: SetupDiagFinding | undefined;
  readonly writtenAt: Date;
}

/** With or without its mark, UTF-16 as it says in its first line, or UTF-8. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
