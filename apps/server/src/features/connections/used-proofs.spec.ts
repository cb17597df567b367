import { randomUUID } from 'node:crypto';
import { TestClock } from '../../../testing/test-clock';
import { testDatabase } from '../../../testing/test-database';
import type { Queryable } from '../../platform/database';
import type { Jobs } from '../../platform/jobs';
import { UsedProofs } from './used-proofs';
import { UsedProofsRepository } from './used-proofs.repository';

describe('proofs', () => {
  const test = testDatabase();
  const clock = new TestClock();
  const later = new Date(clock.in(10));

  /** A server's memory of them. */
  function server(repository = new UsedProofsRepository()): UsedProofs {
    return new UsedProofs(repository, test.database, clock, {
      add: () => undefined,
    } as unknown as Jobs);
  }

  it('count once, to whichever server they come, however they are written', async () => {
    const jti = randomUUID();
    const uses = [server(), server(), server()].flatMap((each) => [
      each.firstUse(jti, later),
      each.firstUse(jti.toUpperCase(), later),
    ]);
    expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    expect(await server().firstUse(jti, later)).toBe(false);
  });

  it('are noted with a few statements when a whole fleet comes', async () => {
    let statements = 0;
    class Counted extends UsedProofsRepository {
      override use(...given: [Queryable, readonly string[], Date]): Promise<string[]> {
        statements += 1;
        return super.use(...given);
      }
    }
    const proofs = server(new Counted());
    const uses = Array.from({ length: 3_000 }, () => proofs.firstUse(randomUUID(), later));
    expect((await Promise.all(uses)).every(Boolean)).toBe(true);
    expect(statements).toBe(3);
  });

  it('are forgotten when they can not count any more, and no sooner', async () => {
    const repository = new UsedProofsRepository();
    await test.database.query('DELETE FROM used_proofs');
    const [short, long] = [randomUUID(), randomUUID()];
    await repository.use(test.database, [short], new Date(clock.in(1)));
    await repository.use(test.database, [long], new Date(clock.in(2)));
    expect(await repository.forget(test.database, clock.now())).toBe(0);
    clock.pass(1);
    expect(await repository.forget(test.database, clock.now())).toBe(1);
    expect(await repository.use(test.database, [short, long], later)).toEqual([short]);
  });
});
