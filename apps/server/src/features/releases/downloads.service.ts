import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { Database } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { MachineUpdatesRepository } from './machine-updates.repository';
import { ReleaseFiles } from './release-files';
import { ReleasesRepository } from './releases.repository';

/** So many machines fetch at once: 3,000 machines of 94 MB each must not take the server's line for themselves. */
const AT_ONCE = 20;
/** Who has to wait comes again after this long, in seconds, spread so that not all come at once. */
const AGAIN = { least: 30, most: 120 } as const;
/** A download that takes longer than this, in ms, gives its place to others and goes on later. */
const LONGEST = 30 * 60_000;
/** Nor does one keep its place that takes nothing for so long, in ms. */
const IDLE = 60_000;

/** Gives machines the executable that they were offered: one at a time for each, a few at once. */
@Injectable()
export class DownloadsService {
  private readonly running = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly releases: ReleasesRepository,
    private readonly updates: MachineUpdatesRepository,
    private readonly files: ReleaseFiles,
  ) {}

  /**
   * Sends the executable, or the part that was asked for. Resolves when that is over.
   * @throws {RequestError} `not-found` for a release that the machine was not offered, `release-halted`, or
   * `server-busy` with the time to wait.
   */
  async send(machineId: string, releaseId: string, response: Response): Promise<void> {
    if (this.running.has(machineId) || this.running.size >= AT_ONCE) throw busy();
    this.running.add(machineId);
    try {
      const sha256 = await this.offered(machineId, releaseId);
      await transfer(response, this.files.nameOf(sha256), this.files.folder);
    } finally {
      this.running.delete(machineId);
    }
  }

  private async offered(machineId: string, releaseId: string): Promise<string> {
    const release = await this.releases.find(this.database, releaseId);
    const [update] = await this.database.inTransaction((transaction) =>
      this.updates.lock(transaction, [{ releaseId, machineId }]),
    );
    if (!release || (update?.state !== 'offered' && update?.state !== 'downloading')) {
      throw notFound('offer of a release to this machine');
    }
    if (release.state === 'halted') {
      throw new RequestError('release-halted', 'The rollout of this release was halted.');
    }
    if (!(await this.files.has(release.sha256))) throw notFound('executable of this release');
    return release.sha256;
  }
}

function busy(): RequestError {
  const retryAfterSeconds = AGAIN.least + Math.random() * (AGAIN.most - AGAIN.least);
  return new RequestError('server-busy', 'Other machines are fetching. Come again later.', {
    retryAfterSeconds,
  });
}

/** Express knows ranges. A connection that breaks off in the middle is no fault of ours. */
function transfer(response: Response, name: string, root: string): Promise<void> {
  const over = setTimeout(() => {
    response.destroy();
  }, LONGEST);
  response.setTimeout(IDLE, () => {
    response.destroy();
  });
  response.type('application/octet-stream');
  return new Promise<void>((resolve, reject) => {
    const options = { root, cacheControl: false, dotfiles: 'allow' } as const;
    response.sendFile(name, options, (error?: Error & { status?: number }) => {
      if (!error || response.headersSent) resolve();
      else if (error.status !== 416) reject(error);
      else {
        const message = 'The executable has no such part.';
        reject(new RequestError('range-not-satisfiable', message));
      }
    });
  }).finally(() => {
    clearTimeout(over);
  });
}
