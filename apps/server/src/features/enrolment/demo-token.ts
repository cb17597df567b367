import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EnrolmentTokensService } from './enrolment-tokens.service';

/** The sites of simulated machines, by what their names begin with. */
const SITES = {
  BER: 'Berlin',
  MUC: 'Munich',
  LON: 'London',
  NYC: 'New York',
  PAR: 'Paris',
  TYO: 'Tokyo',
} as const;

/**
 * Makes tokens for simulated machines and leaves their secrets in `file`, for this user only, whole or not at all: one
 * for all in the first line, then one for each site.
 */
export async function writeDemoToken(tokens: EnrolmentTokensService, file: string): Promise<void> {
  const make = async (label: string, more: { readonly site?: string } = {}) => {
    const given = { label, expiresInHours: 24, maximumUses: null, ...more };
    return (await tokens.create('system', given)).secret;
  };
  const lines = [await make('Demo')];
  for (const [code, site] of Object.entries(SITES)) {
    lines.push(`${code} ${await make(`Demo, ${site}`, { site })}`);
  }
  const whole = `${file}.new`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(whole, `${lines.join('\n')}\n`, { mode: 0o600 });
  renameSync(whole, file);
}
