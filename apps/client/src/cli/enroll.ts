import { readFile } from 'node:fs/promises';
import { serverOrigin } from '../connection/server-url';
import { enrolMachine, enrolmentToken, UnusableToken } from '../enrolment/enrol-machine';
import { reasonOf } from '../log';
import { readEnrolment, readIdentity } from '../state/identity';
import { type State } from '../state/state';
import { SecretUnreadable, type Vault } from '../state/vault';
import { chooseRoute, type RouteOptions } from './route-options';
import { atWorkplace, CommandFailed, type CommandParts } from './session';

export interface EnrollOptions extends RouteOptions {
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
    async (place) => {
      const known = readEnrolment(place.state);
      if (known && options.force !== true && isOfThisMachine(place.state, place.vault)) {
        throw new CommandFailed(
          `This machine is enrolled at ${known.serverUrl} already. Use --force to enrol it anew; its old identity is then lost.`,
        );
      }
      const chosen = await chooseRoute(options, place);
      const { machineId } = await enrolMachine(serverUrl, token, place, chosen);
      parts.terminal.say(`Enrolled at ${serverUrl} as machine ${machineId}.`);
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
  if (token !== undefined) return enrolmentToken(token);
  if (tokenFile === undefined) {
    throw new CommandFailed(
      'An enrolment token is needed: --token or --token-file. The dashboard makes them.',
    );
  }
  try {
    return enrolmentToken(await readFile(tokenFile, 'utf8'));
  } catch (error) {
    if (error instanceof UnusableToken) throw error;
    throw new CommandFailed(`The token can't be read from "${tokenFile}": ${reasonOf(error)}.`);
  }
}
