import { type Inventory } from '@fleetmend/client-protocol';
import { type Machine, type Registry } from '../windows/windows';
import { maybe, words } from './reading';

const CURRENT_VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const ENVIRONMENT = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';
const FIRST_WINDOWS_11_BUILD = 22_000;
/** PROCESSOR_ARCHITECTURE of the machine: this program may be emulated. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  AMD64: 'x64',
  ARM64: 'arm64',
  X86: 'x86',
};

/** Windows as its own registry describes it. What it doesn't say is left out; the build is 0 then. */
export async function operatingSystemOf(
  registry: Registry,
  machine: Pick<Machine, 'language'>,
): Promise<Inventory['os']> {
  const read = (value: string) => maybe(() => registry.read(CURRENT_VERSION, value));
  const build = Number((await read('CurrentBuild')) ?? 0);
  const known = Number.isSafeInteger(build) && build >= 0 ? build : 0;
  const revision = await read('UBR');
  const displayVersion = words(await read('DisplayVersion'), 50);
  const product = words(await read('ProductName'), 100) ?? 'Windows';
  const parts = [
    (await read('CurrentMajorVersionNumber')) ?? 10,
    (await read('CurrentMinorVersionNumber')) ?? 0,
    known,
    ...(typeof revision === 'number' ? [revision] : []),
  ];
  const architecture = await maybe(() => registry.read(ENVIRONMENT, 'PROCESSOR_ARCHITECTURE'));
  return {
    name: [
      productName(product, known),
      ...(displayVersion === undefined ? [] : [displayVersion]),
    ].join(' '),
    version: parts.join('.').slice(0, 50),
    build: known,
    revision: typeof revision === 'number' ? revision : undefined,
    architecture: ARCHITECTURES[String(architecture).toUpperCase()] ?? process.arch,
    language: words(await maybe(() => machine.language()), 50),
    edition: words(await read('EditionID'), 100),
    displayVersion,
    installationType: words(await read('InstallationType'), 50),
  };
}

/** The name that people know: the registry of Windows 11 still says 10. */
export function productName(product: string, build: number): string {
  return build >= FIRST_WINDOWS_11_BUILD ? product.replace(/^Windows 10\b/, 'Windows 11') : product;
}
