/** More waits than may wait: try again later. */
export class QueueFull extends Error {
  constructor() {
    super('Too much is waiting to be written.');
    this.name = 'QueueFull';
  }
}

export interface GroupCommitOptions<Item> {
  /** How much one item counts: how many rows it holds, or bytes. */
  readonly weigh: (item: Item) => number;
  /** The weight of one batch; a single heavier item is a batch of its own. */
  readonly batchWeight: number;
  /** The weight of all that waits; beyond it {@link QueueFull} is thrown. */
  readonly waitingWeight: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Natural group commit: as soon as the writer is free it takes all that waits, up to a batch, and writes it at once.
 * Without a timer: one item alone is written at once, and the busier it gets the larger the batches become.
 */
export class GroupCommit<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private waitingWeight = 0;
  private working: Promise<void> | undefined;

  /** `write` answers for each item, in order. When it throws, all items of the batch fail. */
  constructor(
    private readonly write: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly options: GroupCommitOptions<Item>,
  ) {}

  /** Resolves with the answer once the item is written. @throws {QueueFull} */
  submit(item: Item): Promise<Answer> {
    const weight = this.options.weigh(item);
    if (this.waitingWeight > 0 && this.waitingWeight + weight > this.options.waitingWeight) {
      return Promise.reject(new QueueFull());
    }
    this.waitingWeight += weight;
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, weight, resolve, reject });
      this.working ??= this.work();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.working) await this.working;
  }

  private async work(): Promise<void> {
    // Everything that arrives in the same turn of the event loop belongs into the first batch.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.take();
      try {
        const answers = await this.write(batch.map(({ item }) => item));
        if (answers.length !== batch.length) throw new Error('The writer left items unanswered.');
        batch.forEach(({ resolve }, index) => {
          resolve(answers[index] as Answer);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.working = undefined;
  }

  private take(): Waiting<Item, Answer>[] {
    let weight = 0;
    let count = 0;
    for (const each of this.waiting) {
      if (count > 0 && weight + each.weight > this.options.batchWeight) break;
      weight += each.weight;
      count += 1;
    }
    const batch = this.waiting.slice(0, count);
    this.waiting = this.waiting.slice(count);
    this.waitingWeight -= weight;
    return batch;
  }
}
