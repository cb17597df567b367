import * as z from 'zod';
import { idSchema, instant } from './common';
import { siteSchema, tagListSchema } from './tags';

export const ENROLMENT_TOKEN_STATES = ['active', 'expired', 'used-up', 'revoked'] as const;

export const enrolmentTokenSchema = z.object({
  id: idSchema,
  label: z.string(),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
  maximumUses: z.number().int().nullable(),
  uses: z.number().int(),
  revokedAt: instant.nullable(),
  state: z.enum(ENROLMENT_TOKEN_STATES),
  /** What machines get that enrol with it. */
  site: z.string().nullable(),
  tags: z.array(z.string()),
});
export type EnrolmentToken = z.infer<typeof enrolmentTokenSchema>;

/** `GET /enrolment-tokens`, newest first. */
export const enrolmentTokenListSchema = z.object({ items: z.array(enrolmentTokenSchema) });

/** `POST /enrolment-tokens`. */
export const newEnrolmentTokenSchema = z.object({
  label: z.string().trim().min(1).max(100),
  expiresInHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 365),
  /** Null = any number. */
  maximumUses: z.number().int().min(1).max(1_000_000).nullable(),
  /** Machines that enrol with it get this site and these tags. */
  site: siteSchema.nullable().optional(),
  tags: tagListSchema.optional(),
});
export type NewEnrolmentToken = z.infer<typeof newEnrolmentTokenSchema>;

/** The secret is shown this once; the server keeps its hash. */
export const createdEnrolmentTokenSchema = enrolmentTokenSchema.extend({
  secret: z.string(),
  /** What the administrator pastes into an elevated prompt on the machine. */
  installCommand: z.string(),
});
export type CreatedEnrolmentToken = z.infer<typeof createdEnrolmentTokenSchema>;
/** `DELETE /enrolment-tokens/:id` revokes; machines that enrolled with it stay. */
