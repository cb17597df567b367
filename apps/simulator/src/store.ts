import { reportSchema } from '@fleetmend/client-protocol';
import { RUN_MODES } from '@fleetmend/domain';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { identitySchema } from './identity';

const recordSchema = z.object({
  identity: identitySchema,
  /** The first start: what the backlog is dated from. */
  since: z.iso.datetime(),
  /** Whether the backlog is written. */
  begun: z.boolean(),
  /** The scenario that its updates fail with at present, or null. */
  trouble: z.string().nullable(),
  runs: z.record(
    z.uuid(),
    z.object({
      mode: z.enum(RUN_MODES),
      next: z.number().int(),
      ended: z.boolean(),
      changed: z.boolean(),
      backup: z.object({ name: z.string(), at: z.iso.datetime() }).optional(),
    }),
  ),
  /** What will be wrong with it again, and when. */
  comesBack: z.object({ trouble: z.string(), at: z.iso.datetime() }).optional(),
  /** Nothing is heard of it any more. */
  gone: z.boolean().optional(),
  outbox: z.array(reportSchema),
});
/** What is kept of a machine. */
export type MachineRecord = z.infer<typeof recordSchema>;

const fileSchema = z.record(z.string().regex(/^\d+$/), recordSchema);

/** How long changes wait to be written together: the larger the fleet, the longer. In milliseconds. */
const delayOf = (machines: number) => 2000 + 2 * machines;

/** Keeps the machines of one fleet of one server in one file, which only its owner can read: it holds keys. */
export class FleetStore {
  readonly #directory: string;
  readonly #file: string;
  #records = new Map<number, MachineRecord>();
  readonly #snapshots = new Map<number, () => MachineRecord | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string, server: URL, seed: string) {
    const name = createHash('sha256')
      .update(`${server.origin}\n${seed}`)
      .digest('hex')
      .slice(0, 12);
    this.#directory = directory;
    this.#file = join(directory, `fleet-${name}.json`);
  }

  /** Reads what earlier starts kept. Throws, with what to do, where the file is damaged. */
  async load(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
      throw error;
    });
    try {
      const records = fileSchema.parse(JSON.parse(text));
      this.#records = new Map(Object.entries(records).map(([key, value]) => [Number(key), value]));
    } catch {
      throw new Error(`${this.#file} is damaged. Remove it to begin with a new fleet.`);
    }
  }

  /** What was kept of a machine. */
  get(index: number): MachineRecord | undefined {
    return this.#records.get(index);
  }

  /** Has the machine's state asked for whenever the file is written. */
  watch(index: number, snapshot: () => MachineRecord | undefined): void {
    this.#snapshots.set(index, snapshot);
  }

  /** Something changed: it will be written soon. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write()).catch(warn);
    }, delayOf(this.#snapshots.size));
  }

  /** Writes at once, for the end. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    for (const [index, snapshot] of this.#snapshots) {
      const record = snapshot();
      if (record !== undefined) this.#records.set(index, record);
    }
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const text = JSON.stringify(Object.fromEntries(this.#records));
    await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }
}

function warn(error: unknown): void {
  console.error(`simulator: the fleet can't be kept: ${String(error)}`);
}
