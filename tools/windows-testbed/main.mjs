import { prepareTestbed } from './testbed.mjs';

const [command = 'status', ...rest] = process.argv.slice(2);
const log = (line) => console.log(line);

switch (command) {
  case 'prepare':
  case 'status': {
    const testbed = await prepareTestbed({ log, make: command === 'prepare' });
    log(
      testbed.available
        ? `Ready: ${testbed.version} (${testbed.kind}).`
        : `Not available: ${testbed.reason}.`,
    );
    if (command === 'prepare' && !testbed.available) process.exitCode = 1;
    break;
  }
  case 'run': {
    const [program, ...args] = rest;
    const testbed = await prepareTestbed({ log });
    if (!testbed.available || program === undefined) {
      console.error(testbed.available ? 'Which program?' : `Not available: ${testbed.reason}.`);
      process.exitCode = 1;
      break;
    }
    const machine = await testbed.createPrefix();
    try {
      const ended = await machine.run(program, args, { timeoutMs: 300_000 });
      process.stdout.write(ended.stdout);
      process.stderr.write(ended.stderr);
      process.exitCode = ended.code ?? 1;
    } finally {
      await machine.dispose();
    }
    break;
  }
  default:
    console.error(
      'node tools/windows-testbed/main.mjs [status | prepare | run PROGRAM [ARGUMENT…]]',
    );
    process.exitCode = 1;
}
