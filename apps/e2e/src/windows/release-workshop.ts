import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ReleaseManifest } from '@fleetmend/client-protocol';
import { root } from '../environment';
import { type Release } from './fake-releases';

/** What the publisher's tools do; the tests use those themselves. */
interface Tools {
  makeKey(file: string): string;
  readKey(file: string): { readonly privateKey: KeyObject; readonly publicKey: string };
  describe(file: string): Promise<ReleaseManifest>;
  signManifest(manifest: ReleaseManifest, key: KeyObject): string;
}
interface Variants {
  packVariant(wanted: {
    readonly program?: 'client' | 'ends-at-once' | 'never-connects';
    readonly version: string;
    readonly keys: readonly string[];
  }): Promise<string>;
}

/** Builds executables and signs them as releases, with the tools that a publisher has and a key for tests alone. */
export class ReleaseWorkshop {
  private constructor(
    private readonly tools: Tools,
    private readonly variants: Variants,
    private readonly keyFile: string,
  ) {}

  static async open(): Promise<ReleaseWorkshop> {
    const folder = join(root, 'dist', 'client-variants');
    mkdirSync(folder, { recursive: true });
    const tools = await load<Tools>('tools/release/release.mjs');
    const keyFile = join(folder, 'release-key.json');
    if (!existsSync(keyFile)) tools.makeKey(keyFile);
    const variants = await load<Variants>('tools/build/client-variant.mjs');
    return new ReleaseWorkshop(tools, variants, keyFile);
  }

  /** The executable of a client, or of what only looks like one, that takes releases of this workshop. */
  program(version: string, program?: 'ends-at-once' | 'never-connects'): Promise<string> {
    const keys = [this.tools.readKey(this.keyFile).publicKey];
    return this.variants.packVariant({ version, keys, ...(program && { program }) });
  }

  /** A release of such a program; `says` is what its manifest says otherwise. */
  async release(
    version: string,
    program?: 'ends-at-once' | 'never-connects',
    says: Partial<ReleaseManifest> = {},
  ): Promise<Release> {
    const file = await this.program(version, program);
    return this.signed(file, { ...(await this.tools.describe(file)), ...says });
  }

  /** A release whose executable is no program at all, well signed. */
  releaseOfRubbish(version: string): Release {
    const file = join(root, 'dist', 'client-variants', 'rubbish.exe');
    writeFileSync(file, 'MZ, and then nothing that Windows could run. '.repeat(1000));
    const content = readFileSync(file);
    return this.signed(file, {
      ...{ version, architecture: 'x64', size: content.length },
      sha256: createHash('sha256').update(content).digest('hex'),
      createdAt: new Date().toISOString(),
    });
  }

  /** The same manifest with an executable of which one bit is another. */
  tampered({ file, manifest }: Release): Release {
    const content = readFileSync(file);
    const middle = content.length >> 1;
    content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
    const other = join(root, 'dist', 'client-variants', 'tampered.exe');
    writeFileSync(other, content);
    return { file: other, manifest };
  }

  private signed(file: string, manifest: ReleaseManifest): Release {
    const { privateKey } = this.tools.readKey(this.keyFile);
    return { file, manifest: this.tools.signManifest(manifest, privateKey) };
  }
}

async function load<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(join(root, file)).href)) as T;
}
