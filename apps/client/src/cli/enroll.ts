import { readFile } from 'node:fs/promises';
import { enrol } from '../connection/enrol';
import { serverOrigin } from '../connection/server-url';
import { isCopied, settleCopy } from '../identity/copied-key';
import { recordHints } from '../identity/own-hints';
import { reasonOf } from '../log';
import { readEnrolment, readIdentity, writeIdentity } from '../state/identity';
import { type State } from '../state/state';
import { SecretUnreadable, type Vault } from '../state/vault';
import { atWorkplace, CommandFailed, type CommandParts } from './session';

export interface EnrollOptions {
  readonly server: string;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly allowHttp?: boolean | undefined;
  readonly force?: boolean | undefined;
}

/** Makes this computer a machine of a server. */
export async function enrollCommand(options: EnrollOptions, parts: CommandParts): Promise<void> {
  const serverUrl = serverOrigin(options.server, options.allowHttp ?? false);
  const token = await tokenOf(options);
  await atWorkplace(
    parts,
    () => undefined,
    async ({ windows, state, vault, log, clock }) => {
      const known = readEnrolment(state);
      if (known && options.force !== true && isOfThisMachine(state, vault)) {
        throw new CommandFailed(
          `This machine is enrolled at ${known.serverUrl} already. Use --force to enrol it anew; its old identity is then lost.`,
        );
      }
      // Before the token is used: a key that can't be kept is no enrolment.
      vault.seal('trial', 'trial');
      const hints = await windows.machine.hints();
      const identity = await enrol({ serverUrl, token, hints, now: clock.now() });
      state.transaction(() => {
        // What a copied state holds is the other computer's, whatever key this one has.
        if (known && isCopied(state, known.machineId, hints, log)) settleCopy(state);
        writeIdentity(state, vault, identity);
        recordHints(state, identity.machineId, hints);
      });
      log.info('Enrolled.', { serverUrl, machineId: identity.machineId });
      parts.terminal.say(`Enrolled at ${serverUrl} as machine ${identity.machineId}.`);
    },
  );
}

/** An identity that nobody can use here, since the state came from another machine, is no loss. */
function isOfThisMachine(state: State, vault: Vault): boolean {
  try {
    readIdentity(state, vault);
    return true;
  } catch (error) {
    if (error instanceof SecretUnreadable) return false;
    throw error;
  }
}

async function tokenOf({ token, tokenFile }: EnrollOptions): Promise<string> {
  if (token !== undefined && tokenFile !== undefined) {
    throw new CommandFailed('Give either --token or --token-file, not both.');
  }
  if (token !== undefined) return checked(token);
  if (tokenFile === undefined) {
    throw new CommandFailed(
      'An enrolment token is needed: --token or --token-file. The dashboard makes them.',
    );
  }
  try {
    return checked(await readFile(tokenFile, 'utf8'));
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`The token can't be read from "${tokenFile}": ${reasonOf(error)}.`);
  }
}

function checked(token: string): string {
  const trimmed = token.trim();
  if (trimmed.length < 20 || trimmed.length > 200) {
    throw new CommandFailed('This is no enrolment token: it must have 20 to 200 characters.');
  }
  return trimmed;
}
