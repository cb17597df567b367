import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const manifestSchema = z.object({ name: z.literal('fleetmend'), version: z.string() });

/** The version of the product: that of the nearest FleetMend package.json above the running file. */
export const VERSION = versionAbove(import.meta.dirname);

function versionAbove(directory: string): string {
  const manifest = join(directory, 'package.json');
  if (existsSync(manifest)) {
    const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(manifest, 'utf8')));
    if (parsed.success) return parsed.data.version;
  }
  const parent = dirname(directory);
  return parent === directory ? '0.0.0' : versionAbove(parent);
}
