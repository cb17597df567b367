import { readSettings } from './settings';
import { simulate } from './simulator';

const settings = readSettings();
const end = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    end.abort();
  });
}
if (settings.parent !== undefined) {
  const watch = setInterval(() => {
    if (process.ppid !== settings.parent) end.abort();
  }, 500);
  watch.unref();
}

try {
  await simulate(settings, end.signal, (line) => {
    console.log(`simulator: ${line}`);
  });
} catch (error) {
  if (!end.signal.aborted) {
    console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
