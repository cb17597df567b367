import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { expected, root } from '../bootstrap/places.mjs';
import { buildIfChanged } from './changed.mjs';
import { productVersion, targets, targetsOf } from './client-targets.mjs';
import { installerVersion, packageCode, productCode } from './msi/identity.mjs';
import { source } from './msi/source.mjs';
import { statements, TEMPLATE } from './msi/tables.mjs';
import { packClient, publish } from './pack-client.mjs';
import { sign, signature, signing } from './sign.mjs';

/**
 * Makes a Windows Installer package of an executable. Everything is made beside `output`, which appears at the end,
 * signed where the environment has a certificate, with its checksum beside it. Throws an expected error.
 */
export async function buildMsi({ executable, version, arch, output }) {
  const compared = installerVersion(version);
  mkdirSync(dirname(output), { recursive: true });
  const folder = mkdtempSync(join(dirname(output), 'packing-msi-'));
  try {
    const made = join(folder, 'client.msi');
    const wxs = join(folder, 'client.wxs');
    const definition = source({ version: compared, productCode: productCode(compared, arch) });
    writeFileSync(wxs, definition);
    copyFileSync(executable, join(folder, 'fleetmend-client.exe'));
    await tool('wixl', ['-a', 'x64', '-o', made, wxs]);
    const changes = statements(compared);
    await tool('msibuild', [made, ...changes.flatMap((statement) => ['-q', statement])]);
    const digest = createHash('sha256')
      .update(readFileSync(executable))
      .update(JSON.stringify([arch, changes, definition]))
      .digest('hex');
    await tool('msibuild', [
      ...[made, '-s', 'FleetMend Client', 'FleetMend contributors'],
      ...[TEMPLATE[arch], `{${packageCode(digest)}}`],
    ]);
    await sign(made);
    publish(made, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** wixl and msibuild say much that is of no interest, and little by their exit codes: their words count. */
async function tool(name, args) {
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (told += chunk));
  const [code] = await once(child, 'close').catch((error) => {
    throw expected(
      `${name} can't be run: ${error.message}. Debian has it: apt-get install wixl msitools`,
    );
  });
  if (code !== 0 || /ERROR|CRITICAL|WARNING/.test(told)) {
    throw expected(`${name} could not make the package (${args.at(-1)}):\n${told.trim()}`);
  }
}

/** `npm run build:msi`: executable and package of each target that was asked for. */
export async function main(args) {
  for (const target of targetsOf(args)) {
    await packClient(target);
    await buildPackage(target, target.output.replace(/\.exe$/, '.msi'), productVersion());
  }
  return 0;
}

/** What `npm test` needs: the package, and one that Windows Installer takes for a later version. */
export async function buildForTests() {
  const version = productVersion();
  const later = version.replace(/\d+$/, (patch) => Number(patch) + 1);
  await buildPackage(targets.x64, 'dist/client/fleetmend-client.msi', version);
  await buildPackage(targets.x64, 'dist/client-later/fleetmend-client.msi', later);
}

async function buildPackage(target, output, version) {
  const began = Date.now();
  const built = await buildIfChanged({
    name: `client-package-${target.arch}-${version}`,
    inputs: [`${target.output}.sha256`],
    output,
    also: [version, signing()?.pkcs12, signature()].join(' '),
    build: () =>
      buildMsi({
        executable: join(root, target.output),
        version,
        arch: target.arch,
        output: join(root, output),
      }),
  });
  const took = built ? `built in ${((Date.now() - began) / 1000).toFixed(1)} s` : 'is up to date';
  console.log(`${output} ${took} (${signature()}).`);
}
