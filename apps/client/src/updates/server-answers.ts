import * as z from 'zod';

const TIMEOUT_MS = 10_000;
const healthySchema = z.object({ status: z.literal('ok') });

/**
 * Whether a FleetMend server that can do its work answers at `serverUrl`. A portal that answers everything, or a server
 * without its database, is none. Never throws.
 */
export async function serverAnswers(serverUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${serverUrl}/api/v1/health`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return healthySchema.safeParse(await response.json()).success;
  } catch {
    return false;
  }
}
