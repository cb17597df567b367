import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Config, CONFIG } from '../../platform/config';
import { RequestError } from '../../platform/errors';

/** The executables of releases, in the data folder, by what they hold. */
@Injectable()
export class ReleaseFiles {
  /** Absolute. */
  readonly folder: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.folder = join(config.dataDirectory, 'releases');
  }

  /** The name of an executable below {@link folder}. Nothing of it comes from a request. */
  nameOf(sha256: string): string {
    return `${sha256}.exe`;
  }

  async has(sha256: string): Promise<boolean> {
    return stat(join(this.folder, this.nameOf(sha256))).then(
      (found) => found.isFile(),
      () => false,
    );
  }

  /**
   * Keeps what `source` brings, when it is exactly what it should be; else nothing of it stays.
   * @throws {RequestError} `invalid-request` when it is something else, `too-large` as soon as it is.
   */
  async receive(
    source: Readable,
    wanted: { readonly sha256: string; readonly size: number },
  ): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const part = join(this.folder, `${randomUUID()}.part`);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      await pipeline(
        source,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            bytes += chunk.length;
            if (bytes > wanted.size) {
              const message = `The executable has more than the ${wanted.size} bytes of its manifest.`;
              throw new RequestError('too-large', message);
            }
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(part, { mode: 0o600 }),
      );
      if (bytes !== wanted.size || hash.digest('hex') !== wanted.sha256) {
        const message =
          'This is not the executable of the manifest: its SHA-256 or its size differs.';
        throw new RequestError('invalid-request', message);
      }
      await flush(part);
      await rename(part, join(this.folder, this.nameOf(wanted.sha256)));
    } catch (error) {
      await rm(part, { force: true });
      throw asRefusal(error);
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(join(this.folder, this.nameOf(sha256)), { force: true });
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asRefusal(error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOSPC':
      return new RequestError('server-busy', "The server's disk is full.", { cause: error });
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'ECONNRESET':
      return new RequestError('invalid-request', 'The upload broke off.', { cause: error });
    default:
      return error;
  }
}
