import type { Database, Queryable } from '../database';
import type { Logger } from '../logging';
import { Clock } from './clock';
import { DatabaseTime, type TimeAnswer } from './database-time';

/** How often the database is asked, in ms. */
const EVERY = 30_000;
/** So many questions make one measurement: the one that was answered soonest counts. */
const QUESTIONS = 3;
/** The operator is told when this computer's own clock differs by more, in ms. */
const TOLERATED = 5_000;

/** The clocks of this computer, in ms: one that can be set, since 1970, and one that only goes forward. */
export interface OwnClocks {
  readonly wall: () => number;
  readonly steady: () => number;
}

const OWN: OwnClocks = { wall: () => Date.now(), steady: () => performance.now() };

/**
 * The time of the database, which is the same for all servers on it, however their own clocks are set. While the
 * database is away it goes on by what was measured last.
 */
export class DatabaseClock extends Clock {
  private readonly time: DatabaseTime;
  private timer: NodeJS.Timeout | undefined;
  private warned = false;

  private constructor(
    private readonly database: Queryable,
    private readonly logger: Logger,
    private readonly own: OwnClocks,
  ) {
    super();
    this.time = new DatabaseTime(own.steady, own.wall());
  }

  /** Measures for the first time, and from then on regularly until the database is closed. */
  static async open(database: Database, logger: Logger, own = OWN): Promise<DatabaseClock> {
    const clock = new DatabaseClock(database, logger, own);
    await clock.measure();
    clock.timer = setInterval(() => void clock.measure(), EVERY);
    clock.timer.unref();
    database.beforeClose(() => {
      clearInterval(clock.timer);
      return Promise.resolve();
    });
    return clock;
  }

  override now(): Date {
    return new Date(this.time.now());
  }

  /** Asks the database what time it is. While it is away, nothing changes. */
  async measure(): Promise<void> {
    const answers: TimeAnswer[] = [];
    try {
      for (let question = 0; question < QUESTIONS; question++) answers.push(await this.ask());
    } catch (error) {
      this.logger.debug({ err: error }, 'the database could not be asked for the time');
    }
    if (answers.length === 0) return;
    this.time.learn(answers);
    this.compare();
  }

  private async ask(): Promise<TimeAnswer> {
    const askedAt = this.own.steady();
    const [answer] = await this.database.query<{ time: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS time',
    );
    const answeredAt = this.own.steady();
    if (!answer) throw new Error('The database did not say what time it is.');
    return { askedAt, answeredAt, time: answer.time };
  }

  private compare(): void {
    const milliseconds = Math.round(this.own.wall() - this.time.now());
    const wrong = Math.abs(milliseconds) > TOLERATED;
    if (wrong && !this.warned) {
      const message =
        "this computer's clock differs from the database's, which counts; set one of them right";
      this.logger.warn({ aheadBySeconds: milliseconds / 1000 }, message);
    }
    if (!wrong && this.warned) this.logger.info({}, "this computer's clock is right again");
    this.warned = wrong;
  }
}
