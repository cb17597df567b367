import { Command, CommanderError } from 'commander';
import { reasonOf } from '../log';
import { CLIENT_VERSION } from '../version';
import { doctorCommand } from './doctor/doctor';
import { enrollCommand, type EnrollOptions } from './enroll';
import { guardCommand, installationOf } from './guard';
import { addInstallerCommands } from './installer';
import { prepareImageCommand } from './prepare-image';
import { remediateCommand, type RemediateOptions } from './remediate';
import { runCommand } from './run';
import { addRouteOptions, routeCommand, type RouteOptions } from './route-options';
import { CommandFailed, type CommandParts } from './session';
import { statusCommand } from './status';

/** The names under which Windows starts the program as a service, and as the guard of an update. */
const SERVICE_COMMAND = 'service';
const GUARD_COMMAND = 'guard-update';

/** Does what the arguments ask for; resolves with the exit code. Never rejects. */
export async function main(args: readonly string[], parts: CommandParts): Promise<number> {
  const program = programOf(parts);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    parts.terminal.complain(reasonOf(error));
    return error instanceof CommandFailed ? error.exitCode : 1;
  }
}

function programOf(parts: CommandParts): Command {
  const { terminal } = parts;
  const program = new Command('fleetmend-client')
    .description('Reports failures of Windows Update and repairs what administrators order.')
    .version(CLIENT_VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        terminal.say(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.complain(text.trimEnd());
      },
    });
  addClientCommands(program, parts);
  addServiceCommands(program, parts);
  addInstallerCommands(program, parts);
  return program;
}

function addClientCommands(program: Command, parts: CommandParts): void {
  const { terminal } = parts;
  addRouteOptions(program.command('enroll'))
    .description('make this computer a machine of a server')
    .requiredOption('--server <url>', 'address of the server, https://…')
    .option('--token <token>', 'enrolment token, from the dashboard')
    .option('--token-file <path>', 'file that holds the token')
    .option('--allow-http', 'take plain http, in a network that you trust')
    .option('--force', 'enrol anew although the machine is enrolled')
    .action((options: EnrollOptions) => enrollCommand(options, parts));
  addRouteOptions(program.command('route'))
    .description('set the way to the server: proxy, certificate authorities')
    .action((options: RouteOptions) => routeCommand(options, parts));
  program
    .command('run')
    .description('work in this console until it is closed')
    .action(() =>
      runCommand(parts, parts.stop, {
        waitsForEnrolment: false,
        echo: (line) => {
          terminal.say(line);
        },
      }),
    );
  program
    .command('status')
    .description('say how the client stands')
    .option('--json', 'for programs')
    .action(({ json }: { json?: boolean }) => statusCommand(json ?? false, parts));
  program
    .command('doctor')
    .description('look whether everything is there that the client needs')
    .option('--json', 'for programs')
    .action(({ json }: { json?: boolean }) => doctorCommand(json ?? false, parts));
  program
    .command('prepare-image')
    .description('forget who this machine is, before its disk is copied')
    .option('--force', 'also when reports have not reached the server yet')
    .action(({ force }: { force?: boolean }) => prepareImageCommand(force ?? false, parts));
  program
    .command('remediate')
    .description('carry out a playbook on this machine')
    .argument('<playbook>', 'reset-software-distribution')
    .option('--dry-run', 'only say what would be done')
    .option('--undo <run>', 'take back what this run has done')
    .option('--parameter <name=value>', 'set a parameter of the playbook', collect, [])
    .action((name: string, options: RemediateOptions) => remediateCommand(name, options, parts));
}

function addServiceCommands(program: Command, parts: CommandParts): void {
  const { terminal } = parts;
  program
    .command('install')
    .description('install and start the Windows service')
    .action(async () => {
      const service = await parts.ownService();
      const { executable, warnings } = await service.install();
      for (const warning of warnings) terminal.complain(`Warning: ${warning}`);
      await service.start();
      terminal.say(`The service is installed and runs: ${executable}`);
    });
  program
    .command('uninstall')
    .description('stop and remove the Windows service; its data stays')
    .action(async () => {
      const removed = await (await parts.ownService()).uninstall();
      terminal.say(removed ? 'The service was removed.' : 'There was no service to remove.');
    });
  program.command(SERVICE_COMMAND, { hidden: true }).action(async () => {
    const service = await parts.ownService();
    await service.run((stop) =>
      runCommand(parts, stop, {
        waitsForEnrolment: true,
        installation: installationOf(service.guard),
        echo: () => undefined,
      }),
    );
  });
  program.command(GUARD_COMMAND, { hidden: true }).action(() => guardCommand(parts));
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}
