import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EnrolmentTokensService } from './enrolment-tokens.service';

/** Makes a token for simulated machines and leaves its secret in `file`, for this user only, whole or not at all. */
export async function writeDemoToken(tokens: EnrolmentTokensService, file: string): Promise<void> {
  const { secret } = await tokens.create('system', {
    label: 'Demo',
    expiresInHours: 24,
    maximumUses: null,
  });
  const whole = `${file}.new`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(whole, `${secret}\n`, { mode: 0o600 });
  renameSync(whole, file);
}
