import { enrol } from '../connection/enrol';
import { RouteFinder } from '../connection/route-finder';
import { type ChosenRoute, keepRoute, keptRoute } from '../connection/route-settings';
import { ServerClock } from '../connection/server-clock';
import { type Clock } from '../clock';
import { isCopied, settleCopy } from '../identity/copied-key';
import { recordHints } from '../identity/own-hints';
import { type Log } from '../log';
import { type Settings } from '../settings';
import { type Identity, readEnrolment, writeIdentity } from '../state/identity';
import { forgetMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { type Vault } from '../state/vault';
import { type Windows } from '../windows/windows';
import { removeHandedOver } from './handed-over';

/** What an enrolment needs of the machine. */
export interface EnrolmentParts {
  readonly windows: Windows;
  readonly settings: Settings;
  readonly state: State;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/** No token is shorter or longer. */
const TOKEN = { shortest: 20, longest: 200 } as const;

/** The token without the spaces around it. Throws when it can't be one; the message doesn't show it. */
export function enrolmentToken(text: string): string {
  const token = text.trim();
  if (token.length < TOKEN.shortest || token.length > TOKEN.longest) {
    throw new UnusableToken();
  }
  return token;
}

export class UnusableToken extends Error {
  constructor() {
    super(
      `This is no enrolment token: it must have ${TOKEN.shortest} to ${TOKEN.longest} characters.`,
    );
    this.name = 'UnusableToken';
  }
}

/**
 * Makes this computer a machine of the server, and keeps who it is. What an installer has left is then of no use any
 * more. `chosen` is the way to the server from now on, in place of the one that was set. Throws `EnrolmentFailed`.
 */
export async function enrolMachine(
  serverUrl: string,
  token: string,
  { windows, settings, state, vault, clock, log }: EnrolmentParts,
  chosen: ChosenRoute = keptRoute(state, vault),
): Promise<Identity> {
  // Before the token is used: a key that can't be kept is no enrolment.
  vault.seal('trial', 'trial');
  const hints = await windows.machine.hints();
  const routes = new RouteFinder({
    settings: () => chosen.settings,
    credentials: () => chosen.credentials,
    network: windows.network,
    environment: settings.proxies,
    log,
  });
  const identity = await enrol({
    routes: await routes.waysTo(serverUrl, true),
    evidence: new ServerClock(state, clock, windows.machine).evidence(),
    serverUrl,
    token,
    hints,
    now: clock.now(),
  });
  const known = readEnrolment(state);
  state.transaction(() => {
    // What a copied state holds is the other computer's, whatever key this one has.
    if (known && isCopied(state, known.machineId, hints, log)) settleCopy(state);
    keepRoute(state, vault, chosen);
    writeIdentity(state, vault, identity);
    recordHints(state, identity.machineId, hints);
    forgetMetadata(state, 'enrolment');
  });
  removeHandedOver(settings.dataDirectory);
  log.info('Enrolled.', { serverUrl, machineId: identity.machineId });
  return identity;
}
