import { endOf } from './end';
import { readSettings } from './settings';
import { simulate } from './simulator';

const settings = readSettings();
const end = endOf(settings.parent);

try {
  await simulate(settings, end, (line) => {
    console.log(`simulator: ${line}`);
  });
} catch (error) {
  if (!end.aborted) {
    console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
