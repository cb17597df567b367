import * as z from 'zod';
import { type Clock } from '../clock';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { type Directories } from '../windows/windows';

const DAY_MS = 24 * 3_600_000;
/** A folder that looks the same from outside is measured again after so long. */
const TRUSTED_FOR_MS = 14 * DAY_MS;
const PAUSE_MS = 20;

const measuredSchema = z.record(
  z.string(),
  z.object({
    modifiedMs: z.number(),
    measuredMs: z.number(),
    /** Missing when Windows refused. */
    size: z.object({ bytes: z.number(), files: z.number() }).optional(),
  }),
);
type Measured = z.infer<typeof measuredSchema>;

/** A folder as it can be told apart from one that was changed. */
export interface SizedFolder {
  readonly path: string;
  readonly modifiedAt: Date;
}

/** How much lies in folders that hardly change: measured slowly, once a day at most, and kept over restarts. */
export class FolderSizes {
  constructor(
    private readonly directories: Pick<Directories, 'measure'>,
    private readonly state: State,
    private readonly clock: Clock,
  ) {}

  /** What is known of the folder. Nothing is measured for that. */
  known(path: string): { readonly bytes: number; readonly files: number } | undefined {
    return this.read()[path]?.size;
  }

  /** Measures what is due, one after the other and with pauses. Forgets all others. Tells whether something is new. */
  async measure(folders: readonly SizedFolder[], stop: AbortSignal): Promise<boolean> {
    const before = this.read();
    const kept: Measured = {};
    for (const { path } of folders) if (before[path]) kept[path] = before[path];
    let news = false;
    for (const { path, modifiedAt } of folders) {
      const modifiedMs = modifiedAt.getTime();
      if (!this.isDue(kept[path], modifiedMs)) continue;
      const size = await this.sizeOf(path, stop);
      if (stop.aborted) break;
      kept[path] = { modifiedMs, measuredMs: this.clock.now().getTime(), size };
      news = true;
    }
    if (news || Object.keys(kept).length < Object.keys(before).length) {
      writeMetadata(this.state, 'folder-sizes', JSON.stringify(kept));
    }
    return news;
  }

  private isDue(last: Measured[string] | undefined, modifiedMs: number): boolean {
    if (!last) return true;
    // A clock that was set back must not keep an old size for years.
    const age = Math.abs(this.clock.now().getTime() - last.measuredMs);
    const changed = last.modifiedMs !== modifiedMs || !last.size;
    return age >= (changed ? DAY_MS : TRUSTED_FOR_MS);
  }

  private async sizeOf(path: string, stop: AbortSignal): Promise<Measured[string]['size']> {
    try {
      return await this.directories.measure(path, async () => {
        await this.clock.sleep(PAUSE_MS, stop);
        stop.throwIfAborted();
      });
    } catch {
      return undefined;
    }
  }

  private read(): Measured {
    try {
      const stored: unknown = JSON.parse(readMetadata(this.state, 'folder-sizes') ?? '{}');
      return measuredSchema.safeParse(stored).data ?? {};
    } catch {
      return {};
    }
  }
}
