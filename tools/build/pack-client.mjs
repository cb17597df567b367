import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expected, root } from '../bootstrap/places.mjs';
import { build } from './build-client.mjs';
import { releaseKeys } from './client-identity.mjs';
import { buildIfChanged } from './changed.mjs';
import { addonOf, productVersion, targets, targetsOf } from './client-targets.mjs';
import { readInfo, writeInfo } from './executable-info.mjs';
import { cache, locked, npmPackage } from './npm-package.mjs';
import { sign, signature, signedCopy, signing } from './sign.mjs';

/**
 * pkg looks for Node's own executable in its cache before it asks the network: what npm or the user gave us is put
 * there, with the marks of a finished download. Answers the folder that pkg must take for the user's home.
 */
async function seedPkg(target) {
  const file = await nodeOf(target);
  const shared = join(cache, 'pkg');
  if (file === undefined) return shared;
  const home = target.node ? shared : join(shared, digestOf(file).slice(0, 16));
  const sea = join(home, '.pkg-cache', 'sea');
  const name = `node-${process.version}-win-${target.arch}`;
  const mark = join(sea, `${name}.exe.ok`);
  if (existsSync(mark)) return home;
  mkdirSync(sea, { recursive: true });
  const fresh = join(sea, `${name}.${process.pid}`);
  copyFileSync(file, fresh);
  renameSync(fresh, join(sea, `${name}.exe`));
  for (const done of [`${name}.zip`, `${name}.zip.ok`, `${name}.exe.ok`])
    writeFileSync(join(sea, done), '');
  return home;
}

/** Node's executable for a target; undefined where pkg has to fetch it. */
async function nodeOf({ arch, machine, node, nodeFile }) {
  if (node) {
    const { version } = locked(node);
    if (process.version !== `v${version}`) {
      throw expected(
        `The executable is built by Node ${version} only, and this is ${process.version}.`,
      );
    }
    return join(await npmPackage(node), 'bin', 'node.exe');
  }
  const file = process.env[nodeFile];
  if (!file) return undefined;
  if (!existsSync(file)) throw expected(`${nodeFile}: "${file}" is no file.`);
  const found = readInfo(file);
  if (found.machine !== machine || `v${found.version}` !== process.version) {
    throw expected(
      `${nodeFile}: "${file}" is ${found.product} ${found.version} for machine 0x${found.machine.toString(16)}; ` +
        `what is needed is Node ${process.version} for ${arch}.`,
    );
  }
  return file;
}

/** Packs the bundle of a target, and puts the executable into its place. */
export async function pack(target, version = productVersion()) {
  mkdirSync(join(root, 'dist/client'), { recursive: true });
  const fresh = join(root, 'dist/client', `packing-${target.arch}-${process.pid}.exe`);
  try {
    await runPkg(target, fresh);
    writeInfo(fresh, version);
    await sign(fresh);
    publish(fresh, join(root, target.output));
  } finally {
    rmSync(fresh, { force: true });
  }
}

async function runPkg(target, output) {
  const home = await seedPkg(target);
  const addon = await signedCopy(await addonOf(target));
  const wanted = [
    ...['-t', `node${process.versions.node}-win-${target.arch}`, '-o', output],
    ...['--asset', `koffi.node=${addon}`],
  ];
  const child = spawn(
    process.execPath,
    [join(root, 'tools/build/pkg-sea.mjs'), ...wanted, join(root, target.bundle)],
    {
      env: { ...process.env, HOME: home, USERPROFILE: home, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (told += text));
  const [code] = await once(child, 'close');
  if (code === 0 && existsSync(output)) return;
  const advice = target.nodeFile
    ? `\nWhere nodejs.org can't be reached, set ${target.nodeFile} to node.exe of Node ${process.version} for ${target.arch}.`
    : '';
  throw expected(`pkg could not make the executable:\n${told.trim()}${advice}`);
}

/** Puts a finished file in its place, with its checksum beside it. */
export function publish(fresh, output) {
  rmSync(`${output}.sha256`, { force: true });
  renameSync(fresh, output);
  writeFileSync(`${output}.sha256`, `${digestOf(output)}  ${basename(output)}\n`);
}

const digestOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The executable of one target and its checksum, where anything changed. */
export async function packClient(target) {
  const began = Date.now();
  const built = await buildIfChanged({
    name: `client-executable-${target.arch}`,
    inputs: ['apps/client', 'package.json'],
    output: target.output,
    also: [
      ...[process.version, process.env[target.nodeFile], signing()?.pkcs12, signature()],
      ...releaseKeys(),
    ].join(' '),
    build: async () => {
      await build(undefined, target.bundle);
      await pack(target);
    },
  });
  const took = built ? `built in ${((Date.now() - began) / 1000).toFixed(1)} s` : 'is up to date';
  console.log(`${target.output} ${took} (${signature()}).`);
}

/** `npm run build:client`: the executable of each target that was asked for. */
export async function main(args) {
  for (const target of targetsOf(args)) await packClient(target);
  return 0;
}

/** What `npm test` needs. */
export const packForTests = () => packClient(targets.x64);
