import { resolve } from 'node:path';

/** The top of the checkout. Playwright loads these files as CommonJS. */
export const root = resolve(__dirname, '../../..');

/** Variables that would change what a program under test does. */
const steering = /^(PORT|HOST|DATABASE_URL|LOG_LEVEL|TRUST_PROXY|NODE_OPTIONS|FLEETMEND_.*)$/;

/** The environment of this test run without what steers FleetMend, and with `variables`. */
export function environmentWith(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !steering.test(name));
  return { ...Object.fromEntries(kept), ...variables };
}
