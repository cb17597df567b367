// Everything package.json's scripts do begins here, right after `git clone`: only Node's own modules
// may be imported until the dependencies are installed, and it must run on Node 20.
import { commands, usage } from './bootstrap/commands.mjs';
import { install } from './bootstrap/install.mjs';
import { chooseRuntime, toolEnvironment } from './bootstrap/runtime.mjs';
import { runForwarding } from './process/child.mjs';
import { root } from './bootstrap/places.mjs';

const [name, ...args] = process.argv.slice(2);
const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];

if (command === undefined) {
  const help = name === '--help' || name === undefined;
  if (!help) console.error(`There is no command "${name}".\n`);
  (help ? console.log : console.error)(usage());
  process.exit(help ? 0 : 2);
}

try {
  await install();
  const runtime = chooseRuntime();
  Object.assign(process.env, toolEnvironment(runtime));
  process.exitCode = runtime.isThisProcess
    ? await (await command.load()).main(args)
    : await runForwarding(runtime.node, [...process.argv.slice(1)], { cwd: root });
} catch (error) {
  // A failure that explains itself needs no stack; anything else is a fault of these tools.
  console.error(error.expected ? `\n${error.message}\n` : error);
  process.exitCode = 1;
}
// Watching the parent and the like must not keep a finished command alive.
process.exit();
