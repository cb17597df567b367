import * as z from 'zod';
import { idSchema } from './common';

/** The socket.io namespace of dashboards, at path `/socket`; authenticated by the session cookie. */
export const DASHBOARD_NAMESPACE = '/dashboard';

/** The one event: what changed since the last one. Pages fetch what they show again. */
export const CHANGES = 'changes';

const changedIds = z.array(idSchema).max(500);
export const changesSchema = z.object({
  machines: changedIds,
  fingerprints: changedIds,
  runs: changedIds,
  remediations: changedIds,
  campaigns: changedIds,
  /** Lists that are short enough to be fetched whole. */
  lists: z.array(
    z.enum([
      'enrolment-tokens',
      'users',
      'audit',
      'duplicates',
      'releases',
      'saved-filters',
      'policies',
      'escalations',
      'emergency-stop',
    ]),
  ),
  /** More changed than fits: fetch everything that is shown. */
  truncated: z.boolean(),
});
export type Changes = z.infer<typeof changesSchema>;
