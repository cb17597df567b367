import { type ServiceStatus, WindowsError } from '../windows/windows';
import { type SavedService } from './journal-entry';
import { Patience } from './patience';
import { type StepContext } from './step';

type ControlContext = Pick<StepContext, 'windows' | 'clock' | 'facts' | 'note'>;

const POLL_MS = 500;
const NO_SUCH_SERVICE = 1060;
const DEPENDENTS_RUNNING = 1051;
const CANNOT_ACCEPT_CONTROL = 1061;
const SHUTDOWN_IN_PROGRESS = 1115;
/** Access denied, disabled, no such service, wrong account: asking again changes nothing. */
const FINAL_REFUSALS: readonly number[] = [5, 1058, 1060, 1069];

/** A service that didn't get where it should within its time. */
export class ServiceStuck extends Error {
  constructor(
    readonly service: string,
    readonly state: string,
    wanted: string,
    readonly errorCode?: number,
  ) {
    super(`The service "${service}" should be ${wanted} but is ${state}.`);
    this.name = 'ServiceStuck';
  }
}

/** Whether the service counted as running: it is started again afterwards. */
export function ran(service: Pick<SavedService, 'state'>): boolean {
  return service.state !== 'stopped' && service.state !== 'stop-pending';
}

/** Running services that need one of `names`, directly or not; those that nothing needs come first. */
export async function runningDependents(
  names: readonly string[],
  { windows }: Pick<StepContext, 'windows'>,
): Promise<readonly string[]> {
  const found = new Map<string, string>();
  const visit = async (name: string): Promise<void> => {
    for (const dependent of await windows.services.runningDependents(name)) {
      if (found.has(dependent.toLowerCase()) || isAmong(names, dependent)) continue;
      await visit(dependent);
      found.set(dependent.toLowerCase(), dependent);
    }
  };
  for (const name of names) await visit(name);
  return [...found.values()];
}

/**
 * Stops services one after the other, those that need them first, and waits until each is stopped. What was not known
 * before is noted before it is stopped. Resolves with the names of those that ran. Throws {@link ServiceStuck}.
 */
export async function stopServices(
  names: readonly string[],
  timeoutMs: number,
  context: ControlContext,
): Promise<readonly string[]> {
  const patience = new Patience(timeoutMs);
  const stopped: string[] = [];
  const dependents = await runningDependents(names, context);
  await noteUnknown(dependents, context);
  for (const name of [...dependents, ...names]) {
    if (await stopOne(name, patience, context)) stopped.push(name);
  }
  return stopped;
}

/**
 * Starts a service and waits until it runs; what may pass is tried again until the time is over. Throws
 * {@link ServiceStuck}, or what Windows says and won't change its mind about.
 */
export async function startService(
  name: string,
  timeoutMs: number,
  { windows, clock }: Pick<StepContext, 'windows' | 'clock'>,
): Promise<'started' | 'ran'> {
  const patience = new Patience(timeoutMs);
  let asked = false;
  let refusal: WindowsError | undefined;
  for (;;) {
    const status = await windows.services.query(name);
    if (!status) throw new ServiceStuck(name, 'gone', 'running', NO_SUCH_SERVICE);
    if (status.state === 'running') return asked ? 'started' : 'ran';
    if (patience.isOver) {
      throw refusal ?? new ServiceStuck(name, status.state, 'running');
    }
    if (status.state === 'stopped' || status.state === 'paused') {
      try {
        asked = (await attempt(() => windows.services.requestStart(name))) || asked;
      } catch (error) {
        if (!(error instanceof WindowsError) || FINAL_REFUSALS.includes(error.code)) throw error;
        refusal = error;
      }
    }
    await patience.wait(POLL_MS, clock);
  }
}

async function noteUnknown(names: readonly string[], context: ControlContext): Promise<void> {
  const known = context.facts.savedServices().map(({ name }) => name);
  const services: SavedService[] = [];
  for (const name of names.filter((one) => !isAmong(known, one))) {
    const status = await context.windows.services.query(name);
    if (status) services.push(savedService(status));
  }
  if (services.length > 0) await context.note({ services });
}

export function savedService({ name, state, startType }: ServiceStatus): SavedService {
  return { name, state, startType };
}

async function stopOne(
  name: string,
  patience: Patience,
  { windows, clock }: ControlContext,
): Promise<boolean> {
  let ranBefore = false;
  for (;;) {
    const status = await windows.services.query(name);
    if (!status || status.state === 'stopped') return ranBefore;
    ranBefore = true;
    if (patience.isOver) throw new ServiceStuck(name, status.state, 'stopped');
    if (status.state === 'running' || status.state === 'paused') {
      await attempt(() => windows.services.requestStop(name));
    }
    await patience.wait(POLL_MS, clock);
  }
}

/** False when Windows says "not now", which passes. */
async function attempt(control: () => Promise<void>): Promise<boolean> {
  try {
    await control();
    return true;
  } catch (error) {
    const passing: readonly number[] = [CANNOT_ACCEPT_CONTROL, DEPENDENTS_RUNNING];
    if (error instanceof WindowsError && passing.includes(error.code)) return false;
    if (error instanceof WindowsError && error.code === NO_SUCH_SERVICE) return true;
    if (error instanceof WindowsError && error.code === SHUTDOWN_IN_PROGRESS) return false;
    throw error;
  }
}

function isAmong(names: readonly string[], name: string): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
