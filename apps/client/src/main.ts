import './schemas-without-code';
import { main } from './cli/program';
import { type OwnService } from './cli/session';
import { processTerminal } from './cli/terminal';
import { systemClock } from './clock';
import { trustWindowsCertificates } from './connection/windows-certificates';
import { cleanEnvironment } from './environment';
import { readSettings } from './settings';

/** node:sqlite is called experimental; users of the program can do nothing about it. */
const warn = process.emitWarning.bind(process);
process.emitWarning = (warning: string | Error, ...rest: never[]) => {
  if (!String(warning).includes('SQLite')) warn(warning, ...rest);
};

async function ownService(): Promise<OwnService> {
  const service = await import('./service');
  return {
    install: service.installService,
    uninstall: service.uninstallService,
    start: service.startOwnService,
    stop: service.stopOwnService,
    configure: service.configureService,
    removeLeftovers: service.removeLeftovers,
    query: service.queryOwnService,
    run: (main) => service.runAsService(service.SERVICE_NAME, main),
    guard: {
      places: service.installedExecutable,
      exists: service.guardExists,
      start: service.startGuard,
      run: (main) => service.runAsService(service.GUARD_NAME, main),
      remove: service.removeGuard,
      serviceName: service.SERVICE_NAME,
    },
  };
}

const ignoredVariables = process.platform === 'win32' ? cleanEnvironment(process.env) : [];
if (process.platform === 'win32') {
  const problem = trustWindowsCertificates();
  if (problem !== undefined) warn(`Windows' own certificates are not trusted: ${problem}`);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
  process.on(signal, () => {
    stop.abort();
  });
}

void main(process.argv.slice(2), {
  windows: async () => (await import('./windows/native')).nativeWindows(),
  ownService,
  settings: () => readSettings(process.env),
  clock: systemClock,
  ignoredVariables,
  terminal: processTerminal,
  stop: stop.signal,
}).then((code) => {
  process.exit(code);
});
