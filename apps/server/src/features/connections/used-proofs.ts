import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GroupCommit } from '../../platform/batching';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { Jobs } from '../../platform/jobs';
import { UsedProofsRepository } from './used-proofs.repository';

/** The most proofs that one statement notes, and that may wait for theirs. */
const BATCH = 1000;
const WAITING = 50_000;

/** One proof, and until when it has to be remembered. */
interface Use {
  readonly jti: string;
  readonly forgetAt: Date;
}

/**
 * Takes each proof once, whichever server it comes to. Many are noted with one statement: while one is under way, the
 * others wait for the next.
 */
@Injectable()
export class UsedProofs implements OnModuleInit {
  private readonly uses: GroupCommit<Use, boolean>;

  constructor(
    private readonly repository: UsedProofsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {
    this.uses = new GroupCommit((uses) => this.note(uses), {
      weigh: () => 1,
      batchWeight: BATCH,
      waitingWeight: WAITING,
    });
  }

  onModuleInit(): void {
    this.jobs.add({
      id: 'forget-used-proofs',
      everySeconds: 120,
      timeoutSeconds: 60,
      run: async () => {
        await this.repository.forget(this.database, this.clock.now());
      },
    });
  }

  /** Whether this is the first use of `jti`; it is known until `forgetAt`. @throws {QueueFull} */
  firstUse(jti: string, forgetAt: Date): Promise<boolean> {
    return this.uses.submit({ jti: jti.toLowerCase(), forgetAt });
  }

  private async note(uses: readonly Use[]): Promise<boolean[]> {
    const latest = Math.max(...uses.map(({ forgetAt }) => forgetAt.getTime()));
    const jtis = uses.map(({ jti }) => jti);
    const fresh = new Set(await this.repository.use(this.database, jtis, new Date(latest)));
    // Of several uses in one batch the first counts.
    return jtis.map((jti) => fresh.delete(jti));
  }
}
