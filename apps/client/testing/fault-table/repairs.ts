import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench } from '../bench';
import { expectAsBefore, type FaultRow } from './row';

const DISM = 'System32\\Dism.exe';
const SFC = 'System32\\sfc.exe';
const POWERSHELL = 'System32\\WindowsPowerShell\\v1.0\\powershell.exe';

export const COMPONENT_STORE: FaultRow = {
  playbook: 'repair-component-store',
  prepare: ({ windows }) => {
    windows.storeHealth = 'repairable';
    windows.tools.add(DISM, () => {
      windows.storeHealth = 'healthy';
      return { exitCode: 0, output: Buffer.from('The restore operation completed.') };
    });
    windows.tools.addEnding(SFC, 0, 'ok');
  },
  disturb: ({ windows }, howLong) => {
    let times = 0;
    windows.tools.add(SFC, () => ({
      exitCode: (times += 1) <= howLong ? 1618 : 0,
      output: Buffer.from('words'),
    }));
  },
  succeeds: ['done'],
  done: (end) => {
    expect(end.bench.windows.storeHealth).toBe('healthy');
    expectAsBefore(end);
  },
};

export const TROUBLESHOOTER: FaultRow = {
  playbook: 'run-troubleshooter',
  prepare: (bench) => {
    for (const path of [
      'diagnostics/system/WindowsUpdate',
      'System32/WindowsPowerShell/v1.0/Modules/TroubleshootingPack',
      'System32/WindowsPowerShell/v1.0/powershell.exe',
    ]) {
      mkdirSync(join(bench.windows.machine.windowsDirectory, path), { recursive: true });
    }
    troubleshooter(bench, 0, 'fleetmend: the pack has run');
  },
  spoil: (bench) => {
    troubleshooter(bench, 91, 'it failed');
  },
  succeeds: ['unverified'],
  done: expectAsBefore,
};

/** It stops what it likes. */
function troubleshooter({ windows }: Bench, exitCode: number, words: string): void {
  windows.tools.add(POWERSHELL, () => {
    windows.services.get('wuauserv').state = 'stopped';
    windows.services.get('bits').state = 'stopped';
    return { exitCode, output: Buffer.from(words) };
  });
}

export const DRIVERS: FaultRow = {
  playbook: 'update-drivers',
  prepare: ({ windows }) => {
    for (const id of ['a', 'b'])
      windows.driverUpdates.offered.push({
        ...{ id, title: `Driver ${id}`, problem: 0, needsInput: false },
      });
  },
  succeeds: ['done'],
  done: (end) => {
    expect(end.bench.windows.driverUpdates.offered).toEqual([]);
    expectAsBefore(end);
  },
};
