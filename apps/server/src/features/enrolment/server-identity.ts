import { publicKeySchema } from '@fleetmend/client-protocol';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

const storedSchema = z.object({
  serverId: z.uuid(),
  privateKey: publicKeySchema.extend({ d: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
});

/** Who the server is for machines: its id, and the key whose orders they obey. */
export type ServerIdentity = z.infer<typeof storedSchema>;

/**
 * Reads the identity from `file`, or makes it, once and for good: machines pin the key when they enrol. Two servers
 * that start at once end up with the same one.
 * @throws {Error} with a message for the operator, when the file can't be used.
 */
export function serverIdentity(file: string): ServerIdentity {
  if (!existsSync(file)) make(file);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`The server's key can't be read from ${file}.`, { cause });
  }
  const parsed = storedSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new Error(
    `The server's key in ${file} is damaged. Bring the file back from a backup: with a new key, every machine would have to enrol again.`,
  );
}

function make(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const identity = storedSchema.parse({
    serverId: randomUUID(),
    privateKey: privateKey.export({ format: 'jwk' }),
  });
  mkdirSync(dirname(file), { recursive: true });
  const whole = `${file}.${process.pid}.${randomUUID()}`;
  try {
    writeFileSync(whole, `${JSON.stringify(identity)}\n`, { mode: 0o600, flush: true });
    // Unlike a rename, a link never replaces the file of a server that was faster.
    linkSync(whole, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}
