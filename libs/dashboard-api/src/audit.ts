import * as z from 'zod';
import { idSchema, instant, pageOf, pageQuerySchema } from './common';

export const auditEntrySchema = z.object({
  id: idSchema,
  at: instant,
  /** E-mail of the person, or `system`, or `machine:<hostname>`. */
  actor: z.string(),
  /** `noun.verb`: `remediation.created`, `enrolment-token.revoked`. */
  action: z.string(),
  subjectType: z.string(),
  subjectId: z.string().nullable(),
  /** For people. */
  summary: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** `GET /audit`, newest first. */
export const auditQuerySchema = pageQuerySchema.extend({
  actor: z.string().max(254).optional(),
  action: z.string().max(100).optional(),
  subjectId: z.string().max(100).optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;
export const auditPageSchema = pageOf(auditEntrySchema);
