import * as z from 'zod';
import { idSchema, instant } from './common';

/** What people may do: viewers read, operators also remediate, administrators also manage users and enrolment. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** Whether `role` includes the rights of `needed`. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

export const PASSWORD_MIN_LENGTH = 12;
const email = z.string().trim().toLowerCase().pipe(z.email().max(254));
const password = z.string().min(PASSWORD_MIN_LENGTH).max(256);
const name = z.string().trim().min(1).max(100);

export const userSchema = z.object({
  id: idSchema,
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  createdAt: instant,
  lastSignInAt: instant.nullable(),
});
export type User = z.infer<typeof userSchema>;

/** `GET /setup`: whether the first administrator is still missing. */
export const setupStateSchema = z.object({ needed: z.boolean() });
export type SetupState = z.infer<typeof setupStateSchema>;

/** `POST /setup`: makes the first administrator; answers with a session. Token: printed by the server at its start. */
export const setupRequestSchema = z.object({
  token: z.string().min(1).max(200),
  email,
  name,
  password,
});
export type SetupRequest = z.infer<typeof setupRequestSchema>;

/** `POST /session` signs in, `DELETE /session` signs out. */
export const signInRequestSchema = z.object({ email, password: z.string().min(1).max(256) });
export type SignInRequest = z.infer<typeof signInRequestSchema>;

/** `GET /session`. Every changing request carries `csrfToken` in the header {@link CSRF_HEADER}. */
export const sessionSchema = z.object({
  user: userSchema,
  csrfToken: z.string(),
  expiresAt: instant,
});
export type Session = z.infer<typeof sessionSchema>;
export const CSRF_HEADER = 'x-fleetmend-csrf';

/** `GET /users`, `POST /users`, `PATCH /users/:id`, `POST /users/me/password`. */
export const userListSchema = z.object({ items: z.array(userSchema) });
export const newUserSchema = z.object({ email, name, role: roleSchema, password });
export type NewUser = z.infer<typeof newUserSchema>;
export const userChangeSchema = z.object({
  name: name.optional(),
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  /** Sets a new password and ends the user's sessions. */
  password: password.optional(),
});
export type UserChange = z.infer<typeof userChangeSchema>;
export const passwordChangeSchema = z.object({
  current: z.string().min(1).max(256),
  next: password,
});
export type PasswordChange = z.infer<typeof passwordChangeSchema>;
