import * as z from 'zod';
import { type RouteFinder } from '../connection/route-finder';
import { ask, contentOf } from '../connection/server-request';

const TIMEOUT_MS = 10_000;
const healthySchema = z.object({ status: z.literal('ok') });

/**
 * Whether a FleetMend server that can do its work answers at `serverUrl`, on any of the ways to it. A portal that
 * answers everything, or a server without its database, is none. Never throws.
 */
export async function serverAnswers(
  routes: Pick<RouteFinder, 'waysTo'>,
  serverUrl: string,
): Promise<boolean> {
  try {
    for (const way of await routes.waysTo(serverUrl, true)) {
      const answer = await ask(way, '/api/v1/health', { timeoutMs: TIMEOUT_MS }).catch(
        () => undefined,
      );
      if (answer?.status === 200 && healthySchema.safeParse(contentOf(answer)).success) return true;
    }
  } catch {
    // No way to it can be found.
  }
  return false;
}
