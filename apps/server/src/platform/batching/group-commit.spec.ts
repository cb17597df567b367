import { GroupCommit, QueueFull } from './group-commit';

/** A writer that writes when it is told to. */
function manualWriter() {
  const batches: number[][] = [];
  const releases: ((error?: Error) => void)[] = [];
  const write = (items: readonly number[]) => {
    batches.push([...items]);
    return new Promise<readonly string[]>((resolve, reject) => {
      releases.push((error) => {
        if (error) reject(error);
        else resolve(items.map((item) => `wrote ${item}`));
      });
    });
  };
  /** Ends the write that runs, and waits until the next one has begun. */
  const release = async (error?: Error) => {
    releases.shift()?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, write, release };
}

const options = { weigh: () => 1, batchWeight: 3, waitingWeight: 5 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('GroupCommit', () => {
  it('writes at once when it is free, and all that has come meanwhile when it is free again', async () => {
    const { batches, write, release } = manualWriter();
    const queue = new GroupCommit(write, options);
    const first = queue.submit(1);
    await turn();
    expect(batches).toEqual([[1]]);
    const later = [queue.submit(2), queue.submit(3)];
    await turn();
    expect(batches).toEqual([[1]]);
    await release();
    expect(await first).toBe('wrote 1');
    expect(batches).toEqual([[1], [2, 3]]);
    await release();
    expect(await Promise.all(later)).toEqual(['wrote 2', 'wrote 3']);
    await queue.settled();
  });

  it('puts no more into a batch than fits, in order', async () => {
    const { batches, write, release } = manualWriter();
    const queue = new GroupCommit(write, options);
    const all = [1, 2, 3, 4].map((item) => queue.submit(item));
    await turn();
    await release();
    await release();
    await Promise.all(all);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('writes what is heavier than a batch by itself', async () => {
    const { batches, write, release } = manualWriter();
    const queue = new GroupCommit(write, { ...options, weigh: (item) => item, waitingWeight: 50 });
    const all = [1, 9, 1].map((item) => queue.submit(item));
    await turn();
    for (let i = 0; i < 3; i++) await release();
    await Promise.all(all);
    expect(batches).toEqual([[1], [9], [1]]);
  });

  it('fails a batch as a whole, and goes on with the next', async () => {
    const { write, release } = manualWriter();
    const queue = new GroupCommit(write, options);
    const lost = queue.submit(1);
    await turn();
    const kept = queue.submit(2);
    await release(new Error('disk full'));
    await expect(lost).rejects.toThrow('disk full');
    await release();
    expect(await kept).toBe('wrote 2');
  });

  it('refuses what is too much, and takes more once something is written', async () => {
    const { write, release } = manualWriter();
    const queue = new GroupCommit(write, options);
    const taken = [1, 2, 3, 4, 5].map((item) => queue.submit(item));
    await expect(queue.submit(6)).rejects.toBeInstanceOf(QueueFull);
    await turn();
    await release();
    const again = queue.submit(7);
    await release();
    await release();
    await Promise.all([...taken, again]);
  });
});
