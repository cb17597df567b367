import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command } from 'commander';
import { serverOrigin } from '../connection/server-url';
import { handOver } from '../enrolment/handed-over';
import { fileLog, reasonOf } from '../log';
import { CommandFailed, type CommandParts } from './session';

/** How an administrator switches something on for msiexec. */
const ON = '1';

interface Given {
  readonly server: string;
  readonly allowHttp: string;
}

interface GivenEnrolment extends Given {
  readonly token: string;
  readonly tokenFile: string;
  readonly reenroll: string;
}

/**
 * What the Windows Installer package has the program do (tools/build/msi), as SYSTEM. What wasn't given is an empty
 * text. A failure ends the installation, which Windows Installer then takes back.
 */
export function addInstallerCommands(program: Command, parts: CommandParts): void {
  const installer = program.command('installer', { hidden: true });
  installer.command('stop').action(async () => {
    await (await parts.ownService()).stop();
  });
  installer.command('start').action(async () => {
    const service = await parts.ownService();
    if ((await service.query())?.state === 'stopped') await service.start();
  });
  installer
    .command('configure')
    .requiredOption('--server <url>')
    .requiredOption('--allow-http <1>')
    .action((given: Given) => configure(given, parts));
  installer
    .command('keep-enrolment')
    .requiredOption('--server <url>')
    .requiredOption('--allow-http <1>')
    .requiredOption('--reenroll <1>')
    .requiredOption('--token-file <path>')
    .requiredOption('--token <token>')
    .action((given: GivenEnrolment) => keepEnrolment(given, parts));
  installer.command('clean').action(async () => {
    await (await parts.ownService()).removeLeftovers();
  });
  installer.command('purge').action(() => purgeData(parts));
}

/** Looks whether all is well before anything secret is handed over, and completes the service. */
async function configure({ server, allowHttp }: Given, parts: CommandParts): Promise<void> {
  if (server !== '') serverOrigin(server, allowHttp === ON);
  const windows = await parts.windows();
  const { dataDirectory } = parts.settings();
  await windows.directories.makePrivate(dataDirectory);
  const log = fileLog(join(dataDirectory, 'logs'));
  const { warnings } = await (await parts.ownService()).configure();
  for (const warning of warnings) log.warn('The service was not set up completely.', { warning });
  log.info('Installed by Windows Installer.');
}

async function keepEnrolment(given: GivenEnrolment, parts: CommandParts): Promise<void> {
  const windows = await parts.windows();
  const { dataDirectory } = parts.settings();
  await windows.directories.makePrivate(dataDirectory);
  handOver(dataDirectory, {
    server: given.server,
    token: given.tokenFile === '' ? given.token : await tokenIn(given.tokenFile),
    allowHttp: given.allowHttp === ON,
    reenroll: given.reenroll === ON,
    at: parts.clock.now().getTime(),
  });
}

async function tokenIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandFailed(`The token can't be read from "${file}": ${reasonOf(error)}.`);
  }
}

/** Deletes state, key and logs. Only ever the folder that this client keeps closed. */
async function purgeData(parts: CommandParts): Promise<void> {
  const windows = await parts.windows();
  const { dataDirectory } = parts.settings();
  if ((await windows.directories.inspect(dataDirectory)) === 'missing') return;
  // Throws at a link, and at a folder that somebody else has made.
  await windows.directories.makePrivate(dataDirectory);
  await rm(dataDirectory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
