import {
  type DetectionSource,
  type Phase,
  type UpdateIdentity,
  type UpdateKind,
  type UpdateSource,
} from '@fleetmend/domain';

/** One record of Windows, understood: an update, a download or a scan that failed or succeeded. */
export interface Observation {
  readonly source: DetectionSource;
  readonly outcome: 'failure' | 'success';
  /** Canonical. Failures have one, always. */
  readonly code?: string | undefined;
  /** The second part of a set-up code, canonical. */
  readonly extendedCode?: string | undefined;
  /** The installer's own code, canonical, where the record has one beside `code`. */
  readonly installerCode?: string | undefined;
  readonly phase: Phase;
  readonly update: UpdateIdentity;
  /** Undefined where the record doesn't say: then what is known of the update decides. */
  readonly updateKind?: UpdateKind | undefined;
  readonly updateSource: UpdateSource;
  readonly at: Date;
  /** The record as it stands on the machine, cut to what a report may carry. */
  readonly record: string;
}

/**
 * What Windows servicing (CBS) wrote while it installed. Servicing also fails where nobody wanted anything (a probe of
 * what is applicable, a feature that is not there), so that a clue stands beside a failure and is none by itself.
 */
export interface Clue {
  readonly source: 'servicing' | 'cbs-log';
  /** Canonical. */
  readonly code: string;
  readonly kb?: string | undefined;
  readonly at: Date;
  readonly record: string;
  /** It says that the package `kb` could not be installed: this counts when Windows Update never tells of it. */
  readonly isVerdict: boolean;
}

/** What a source gave: records after the bookmark, oldest first, and the bookmark that follows them. */
export interface Reading {
  readonly observations: readonly Observation[];
  readonly clues?: readonly Clue[];
  readonly bookmark: string;
  /** More is there already: read again. */
  readonly more: boolean;
  /** What is odd about the source, in words, for `status` and the log. */
  readonly remarks: readonly string[];
}

/** One place where Windows tells of its updates. */
export interface DetectionReader {
  /** Unique among the readers: names its bookmark. */
  readonly name: string;
  /** Failures are seen without it. Many machines don't have it, and lack nothing. */
  readonly isOptional?: boolean;
  /**
   * Something happened that this source may tell more of: for those that are too dear to be asked at every reading.
   * Called before {@link read}.
   */
  expectNews?(): void;
  /**
   * Reads on. `bookmark` is what the last reading gave, or nothing at first; records before `since` don't matter.
   * Throws {@link Unavailable} when the source can't be read, which never means that nothing failed.
   */
  read(bookmark: string | undefined, since: Date): Promise<Reading>;
}

/** Longest texts that a report may carry. */
const RECORD_LENGTH = 8_000;
const TITLE_LENGTH = 1_000;

/** Cuts a record, and takes out what JSON or the database can't keep. */
export function recordText(text: string): string {
  return storable(text.slice(0, RECORD_LENGTH));
}

export function titleText(text: string | undefined): string | undefined {
  const title = text && storable(text.trim().slice(0, TITLE_LENGTH));
  return title === '' ? undefined : title;
}

/** NUL and half characters are refused by PostgreSQL. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\uFFFD');
}
