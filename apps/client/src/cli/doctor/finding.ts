/** `unknown`: it could not be looked at, for the reason that another finding explains. */
export type Mark = 'ok' | 'warning' | 'problem' | 'unknown';

/** One thing that was looked at. What `doctor --json` prints: additions only. */
export interface Finding {
  /** Stable, for programs: "disk-full". */
  readonly id: string;
  readonly mark: Mark;
  /** The topic, for people: "disk". */
  readonly what: string;
  readonly message: string;
  /** What to do about it, for the person at the keyboard; always there for warnings and problems of ours. */
  readonly fix?: string | undefined;
}

export const ok = (id: string, what: string, message: string): Finding => ({
  id,
  mark: 'ok',
  what,
  message,
});

export const warning = (id: string, what: string, message: string, fix: string): Finding => ({
  id,
  mark: 'warning',
  what,
  message,
  fix,
});

export const problem = (id: string, what: string, message: string, fix: string): Finding => ({
  id,
  mark: 'problem',
  what,
  message,
  fix,
});
