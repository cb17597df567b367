import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const handedOverSchema = z.object({
  /** As it was given: the service says what is wrong with it. */
  server: z.string().max(2000),
  token: z.string().max(10_000),
  allowHttp: z.boolean(),
  /** Whether an earlier enrolment is given up for it. */
  reenroll: z.boolean(),
  /** When it was left, in milliseconds since 1970. */
  at: z.number(),
});

/** An enrolment that an installer leaves for the service, which has the network and the time to wait for the server. */
export type HandedOver = z.infer<typeof handedOverSchema>;

const fileIn = (directory: string) => join(directory, 'enrolment.json');

/** Leaves an enrolment in the client's folder, which only administrators can open, in place of an earlier one. */
export function handOver(directory: string, enrolment: HandedOver): void {
  const fresh = join(directory, `enrolment-${randomUUID()}.tmp`);
  try {
    writeFileSync(fresh, JSON.stringify(enrolment), { flag: 'wx', mode: 0o600 });
    renameSync(fresh, fileIn(directory));
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** What was left; undefined where there is nothing, `damaged` where nobody can say what it is. */
export function readHandedOver(directory: string): HandedOver | 'damaged' | undefined {
  let text: string;
  try {
    text = readFileSync(fileIn(directory), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return handedOverSchema.safeParse(JSON.parse(text)).data ?? 'damaged';
  } catch {
    return 'damaged';
  }
}

/** It is used, or of no use: the token does not stay on the disk. */
export function removeHandedOver(directory: string): void {
  rmSync(fileIn(directory), { force: true });
}
