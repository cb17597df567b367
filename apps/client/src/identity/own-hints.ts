import { type MachineHints } from '@fleetmend/domain';
import * as z from 'zod';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';

const recordedSchema = z.object({
  machineId: z.string(),
  hints: z.object({
    smbiosUuid: z.string().optional(),
    machineGuid: z.string().optional(),
    hostname: z.string(),
  }),
});

/** Who this computer is, apart from its key. */
export interface Self {
  readonly hints: MachineHints;
  /** Drawn when this process began, and written down nowhere. */
  readonly instanceId: string;
}

/** The hints that were true where the key of `machineId` was made; undefined when they weren't written down. */
export function recordedHints(state: State, machineId: string): MachineHints | undefined {
  const text = readMetadata(state, 'hints');
  if (text === undefined) return undefined;
  const { machineId: of, hints } = recordedSchema.parse(JSON.parse(text));
  return of === machineId ? hints : undefined;
}

/** Writes down what hints at this computer, beside the identity that it has from here on. */
export function recordHints(state: State, machineId: string, hints: MachineHints): void {
  const text = JSON.stringify({ machineId, hints });
  if (readMetadata(state, 'hints') !== text) writeMetadata(state, 'hints', text);
}
