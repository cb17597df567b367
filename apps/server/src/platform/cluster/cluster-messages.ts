import { REACH, type ServerEvents } from '../events';
import * as z from 'zod';

/** PostgreSQL takes less than 8,000 bytes. */
const MOST_BYTES = 7_800;

/** One event on its way to the other servers. */
export interface ClusterMessage<N extends keyof ServerEvents = keyof ServerEvents> {
  readonly name: N;
  readonly payload: ServerEvents[N];
}

const messageSchema = z.object({
  from: z.string(),
  name: z.string().refine((name): name is keyof ServerEvents => Object.hasOwn(REACH, name)),
  payload: z.record(z.string(), z.unknown()),
});

/**
 * `message` as texts that PostgreSQL takes: where it is too long, its lists are cut in halves until they fit.
 * @throws {Error} when there is no list to cut.
 */
export function toNotifications(from: string, { name, payload }: ClusterMessage): string[] {
  const text = JSON.stringify({ from, name, payload });
  if (Buffer.byteLength(text) <= MOST_BYTES) return [text];
  return halves(payload).flatMap((half) =>
    toNotifications(from, { name, payload: half } as ClusterMessage),
  );
}

/** The other way round; undefined for what this version doesn't know. */
export function fromNotification(text: string): (ClusterMessage & { from: string }) | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = messageSchema.safeParse(content);
  return parsed.success ? (parsed.data as ClusterMessage & { from: string }) : undefined;
}

function halves(payload: object): [object, object] {
  const fields = Object.entries(payload) as [string, unknown][];
  if (!fields.some(([, value]) => Array.isArray(value) && value.length > 1)) {
    throw new Error('An event is too long to be told to other servers.');
  }
  const cut = (part: (list: readonly unknown[], middle: number) => unknown) =>
    Object.fromEntries(
      fields.map(([key, value]) => [
        key,
        Array.isArray(value) ? part(value, Math.ceil(value.length / 2)) : value,
      ]),
    );
  return [cut((list, middle) => list.slice(0, middle)), cut((list, middle) => list.slice(middle))];
}
