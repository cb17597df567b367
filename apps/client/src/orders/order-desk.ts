import { createHash, randomUUID } from 'node:crypto';
import { type OrderClaims, type OrderRefusal } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { type ServerClock } from '../connection/server-clock';
import { type Log } from '../log';
import { type Outbox } from '../outbox/outbox';
import { type Journal } from '../playbooks/journal';
import { type RunDefinition } from '../playbooks/run-definition';
import { leftSomething } from '../playbooks/leftovers';
import { type Identity } from '../state/identity';
import { type State } from '../state/state';
import { type Windows } from '../windows/windows';
import { RejectedOrders } from './rejected-orders';
import { type ServerTime } from '../time/server-time';
import { trustOrder, understandOrder } from './verify-order';

interface Refused {
  readonly reason: OrderRefusal;
  readonly message: string;
}

const MESSAGE_LENGTH = 2_000;

export interface OrderDeskParts {
  readonly identity: Identity;
  readonly state: State;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly serverClock: ServerClock;
  readonly serverTime: ServerTime;
  readonly clock: Clock;
  readonly windows: Pick<Windows, 'directories' | 'machine' | 'power' | 'registry' | 'services'>;
  readonly log: Log;
}

/** Takes orders in: each is checked as if it came from an attacker, and what is refused is reported. */
export class OrderDesk {
  private readonly rejected: RejectedOrders;

  constructor(private readonly parts: OrderDeskParts) {
    this.rejected = new RejectedOrders(parts);
  }

  /** The server has said what time it is; the way there and back took `roundTripMs`. */
  hearTime(serverTime: Date, roundTripMs: number): void {
    this.parts.serverClock.set(new Date(serverTime.getTime() + roundTripMs / 2));
  }

  /**
   * The runs that go on, or whose events are on their way: the server may rightly send their orders again. Asked
   * before `fetch-orders` is sent, since events may be acknowledged while its answer, made earlier, is under way.
   */
  unsettledRuns(): ReadonlySet<string> {
    const active = this.parts.journal.active();
    const waiting = this.parts.outbox.runs();
    return new Set(active ? [active.definition.runId, ...waiting] : waiting);
  }

  /**
   * Looks at what `fetch-orders` gave, one after the other. `unsettled` is what {@link unsettledRuns} gave before.
   * Resolves with whether a run was begun.
   */
  async take(orders: readonly string[], unsettled = this.unsettledRuns()): Promise<boolean> {
    let begun = false;
    for (const order of orders) begun = (await this.takeOne(order, unsettled)) || begun;
    return begun;
  }

  private async takeOne(order: string, unsettled: ReadonlySet<string>): Promise<boolean> {
    const digest = createHash('sha256').update(order).digest('hex');
    const trusted = await trustOrder(order, this.parts.identity);
    if (!trusted.ok) {
      this.rejected.add(digest, trusted);
      return false;
    }
    const { claims } = trusted;
    if (this.isKnown(claims)) {
      if (!unsettled.has(claims.jti) && !this.unsettledRuns().has(claims.jti)) {
        const message = `The run ${claims.jti} is known, has ended and was reported.`;
        this.rejected.add(digest, { reason: 'replayed-order', message });
      }
      return false;
    }
    const understood = understandOrder(claims, this.parts.serverClock.now());
    const refused = understood.ok ? await this.obstacle(understood.definition) : understood;
    if (refused) {
      this.refuse(claims, refused);
      return false;
    }
    if (!understood.ok) return false;
    await this.begin(claims, understood.definition);
    return true;
  }

  /** What stands against it on this machine, now. */
  private async obstacle(definition: RunDefinition): Promise<Refused | undefined> {
    const { journal } = this.parts;
    if (definition.undoes !== undefined && definition.mode === 'undo') {
      if (!(await leftSomething(journal.facts(definition.undoes), this.parts))) {
        return {
          reason: 'nothing-to-undo',
          message: `The run ${definition.undoes} left nothing on this machine that could be taken back.`,
        };
      }
    }
    const active = journal.active();
    if (!active) return undefined;
    return {
      reason: 'another-run-is-active',
      message: `The run ${active.definition.runId} is still going on.`,
    };
  }

  private async begin(claims: OrderClaims, definition: RunDefinition): Promise<void> {
    const { journal, log } = this.parts;
    await journal.begin(definition, 'order', () => {
      this.remember(orderKey(claims), 'begun');
    });
    const { runId, mode, playbook } = definition;
    log.info('An order was taken.', { runId, mode, playbook });
  }

  /** A trusted order that is not followed: its run ends here. */
  private refuse(claims: OrderClaims, { reason, message }: Refused): void {
    const { state, outbox, clock, log } = this.parts;
    state.transaction(() => {
      this.remember(orderKey(claims), reason);
      outbox.add({
        id: randomUUID(),
        createdAt: clock.now().toISOString(),
        kind: 'run-event',
        runId: claims.jti,
        sequence: 0,
        event: 'refused',
        reason,
        message: message.slice(0, MESSAGE_LENGTH),
      });
    });
    outbox.announce();
    log.warn('An order was refused.', { runId: claims.jti, reason, why: message });
  }

  private isKnown(claims: OrderClaims): boolean {
    return (
      this.outcomeOf(orderKey(claims)) !== undefined ||
      this.parts.journal.find(claims.jti) !== undefined
    );
  }

  private outcomeOf(key: string): unknown {
    return this.parts.state.get('SELECT outcome FROM seen_orders WHERE key = ?', key)?.['outcome'];
  }

  private remember(key: string, outcome: string): void {
    this.parts.state.run(
      'INSERT OR REPLACE INTO seen_orders (key, outcome, at) VALUES (?, ?, ?)',
      key,
      outcome,
      this.parts.clock.now().getTime(),
    );
  }
}

/** An order counts once per run and mode. */
function orderKey({ jti, mode }: OrderClaims): string {
  return `${jti}:${mode}`;
}
