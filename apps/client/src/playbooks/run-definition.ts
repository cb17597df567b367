import { findPlaybook, RUN_MODES, validateParameters } from '@fleetmend/domain';
import * as z from 'zod';

/** What is to be done: what an order or somebody at the machine asked for. Kept in the journal. */
export const runDefinitionSchema = z.object({
  runId: z.uuid(),
  mode: z.enum(RUN_MODES),
  /** Not only those of this client: a run outlives an update of the client, and the way back from it. */
  playbook: z.string().min(1).max(100),
  playbookVersion: z.number().int().min(1),
  parameters: z.record(z.string(), z.union([z.boolean(), z.number()])),
  /** `undo`: the run that is taken back. */
  undoes: z.uuid().optional(),
  /** The failure that is to be mended. */
  failure: z
    .object({
      code: z.string(),
      phase: z.string(),
      updateId: z.string().optional(),
      kb: z.string().optional(),
      updateKind: z.string().optional(),
      extendedCode: z.string().optional(),
    })
    .optional(),
});
export type RunDefinition = z.infer<typeof runDefinitionSchema>;

/** What this client can't do of a definition, however it came here; nothing when it can. */
export function faultsOf({
  playbook,
  playbookVersion,
  parameters,
}: RunDefinition): readonly string[] {
  const known = findPlaybook(playbook, playbookVersion);
  if (!known) return [`This client has no "${playbook}" of version ${playbookVersion}.`];
  const checked = validateParameters(known, parameters);
  return checked.ok ? [] : checked.problems;
}

/** `order`: the server asked, and is told of every event. `local`: somebody at the machine asked. */
export type RunOrigin = 'order' | 'local';
