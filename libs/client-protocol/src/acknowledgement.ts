import * as z from 'zod';

/** Why a message was refused. `server-error` and `server-busy` are worth another try; the others are not. */
export const REFUSAL_CODES = [
  'malformed-message',
  'unsupported-message',
  'too-large',
  'server-busy',
  'server-error',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Every message is answered by one of these: `ok` says which. */
export const refusalSchema = z.object({
  ok: z.literal(false),
  code: z.enum(REFUSAL_CODES),
  message: z.string(),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** Makes the schema of an acknowledgement that carries `shape` when all went well. */
export function acknowledgementOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.discriminatedUnion('ok', [z.object({ ok: z.literal(true), ...shape }), refusalSchema]);
}
