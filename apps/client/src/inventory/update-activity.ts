import { type Inventory } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { integer, type State } from '../state/state';
import { type Registry, type UpdateAgent } from '../windows/windows';
import { maybe } from './reading';

type Activity = NonNullable<Inventory['updateActivity']>;
type Success = NonNullable<Activity['lastScan']>;

const RESULTS = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\Results';
/** The update agent may have to be started for its answer, so it is asked seldom. */
const ASKED_EVERY_MS = 12 * 3_600_000;

interface Moments {
  readonly scan?: Date | undefined;
  readonly install?: Date | undefined;
}

/** When a scan and an installation last went well: the newest of what the update agent, the registry and the client know. */
export class UpdateActivity {
  private asked: { readonly at: number; readonly answer: Moments | undefined } | undefined;

  constructor(
    private readonly updateAgent: Pick<UpdateAgent, 'lastSuccesses'>,
    private readonly registry: Registry,
    private readonly state: State,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<Activity | undefined> {
    const sources = [
      { from: 'update-agent', moments: await this.askAgent() },
      { from: 'registry', moments: await maybe(() => this.readRegistry()) },
      { from: 'client', moments: await maybe(() => this.observed()) },
    ];
    const newest = (which: keyof Moments): Success | undefined => {
      let last: { readonly at: Date; readonly from: string } | undefined;
      for (const { from, moments } of sources) {
        const at = moments?.[which];
        if (at && (!last || at > last.at)) last = { at, from };
      }
      return last && { at: last.at.toISOString(), from: last.from };
    };
    const [lastScan, lastInstall] = [newest('scan'), newest('install')];
    return lastScan || lastInstall ? { lastScan, lastInstall } : undefined;
  }

  private async askAgent(): Promise<Moments | undefined> {
    const now = this.clock.now().getTime();
    if (this.asked && Math.abs(now - this.asked.at) < ASKED_EVERY_MS) return this.asked.answer;
    const answer = await maybe(() => this.updateAgent.lastSuccesses());
    this.asked = { at: now, answer };
    return answer;
  }

  /** Windows 8.1 and earlier keep it here; later ones leave it out, or leave what once was. */
  private async readRegistry(): Promise<Moments> {
    const read = async (which: string) =>
      utc(await this.registry.read(`${RESULTS}\\${which}`, 'LastSuccessTime'));
    return { scan: await read('Detect'), install: await read('Install') };
  }

  private observed(): Moments {
    const last = (phase: string) => {
      const row = this.state.get(
        `SELECT at FROM observations
          WHERE outcome = 'success' AND phase = ? AND kind NOT IN ('store-app', 'defender-definitions')
          ORDER BY at DESC LIMIT 1`,
        phase,
      );
      return row && new Date(integer(row, 'at'));
    };
    return { scan: last('scan'), install: last('install') };
  }
}

/** `2026-11-20 12:00:00`, which is UTC. */
function utc(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value))
    return undefined;
  const moment = new Date(`${value.replace(' ', 'T')}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
