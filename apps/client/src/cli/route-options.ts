import { readFile } from 'node:fs/promises';
import { UnusableProxy } from '../connection/proxy';
import {
  authoritiesOf,
  type ChosenRoute,
  credentialsOf,
  keepRoute,
  keptRoute,
  proxySetting,
  UnusableRouteSetting,
} from '../connection/route-settings';
import { reasonOf } from '../log';
import { type Command } from 'commander';
import { atWorkplace, CommandFailed, type CommandParts, type Workplace } from './session';

/** How an administrator sets the way to the server. What is left out stays as it is. */
export interface RouteOptions {
  readonly proxy?: string | undefined;
  readonly proxyCredentialsFile?: string | undefined;
  readonly caFile?: string | undefined;
}

export function addRouteOptions(command: Command): Command {
  return command
    .option(
      '--proxy <address>',
      'http://host:port; "system": as Windows says; "none": directly, whatever Windows says',
    )
    .option(
      '--proxy-credentials-file <path>',
      'file with user and password of the proxy, in two lines; "none" forgets them',
    )
    .option('--ca-file <path>', 'certificate authorities to trust as well, PEM; "none": no others');
}

/** Sets the way to the server without enrolling anew; a running client goes it with its next attempt. */
export async function routeCommand(options: RouteOptions, parts: CommandParts): Promise<void> {
  await atWorkplace(
    parts,
    () => undefined,
    async (place) => {
      const chosen = await chooseRoute(options, place);
      keepRoute(place.state, place.vault, chosen);
      parts.terminal.say(inWords(chosen));
    },
  );
}

/** Reads and checks what the options name. Throws {@link CommandFailed}; nothing is kept yet. */
export async function chooseRoute(
  { proxy, proxyCredentialsFile, caFile }: RouteOptions,
  { state, vault }: Pick<Workplace, 'state' | 'vault'>,
): Promise<ChosenRoute> {
  const kept = keptRoute(state, vault);
  try {
    return {
      settings: {
        proxy: proxy === undefined ? kept.settings.proxy : proxySetting(proxy),
        authorities: await given(caFile, authoritiesOf, kept.settings.authorities, []),
      },
      credentials: await given(proxyCredentialsFile, credentialsOf, kept.credentials, undefined),
    };
  } catch (error) {
    if (error instanceof UnusableProxy || error instanceof UnusableRouteSetting) {
      throw new CommandFailed(error.message);
    }
    throw error;
  }
}

async function given<T>(
  path: string | undefined,
  parse: (content: string) => T,
  kept: T,
  none: T,
): Promise<T> {
  if (path === undefined) return kept;
  if (path === 'none') return none;
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandFailed(`"${path}" can't be read: ${reasonOf(error)}.`);
  }
  return parse(content);
}

function inWords({ settings, credentials }: ChosenRoute): string {
  const { proxy, authorities } = settings;
  const way =
    proxy === 'system'
      ? 'as Windows says'
      : proxy === 'none'
        ? 'directly'
        : `through the proxy ${proxy}`;
  return `The server is reached ${way}${credentials ? ', with credentials for the proxy' : ''}. ${authorities.length} certificate authorities are trusted as well.`;
}
