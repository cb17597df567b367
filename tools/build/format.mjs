import { runForwarding } from '../process/child.mjs';
import { join } from 'node:path';
import { modules, root } from '../bootstrap/places.mjs';

/** `npm run format`: prettier over every file, or over those named. */
export const main = (args) =>
  runForwarding(
    process.execPath,
    [join(modules, 'prettier/bin/prettier.cjs'), '--write', ...(args.length > 0 ? args : ['.'])],
    { cwd: root },
  );
