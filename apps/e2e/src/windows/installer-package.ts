import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../environment';
import { type WindowsMachine } from './testbed';

const FOLDER = 'C:\\users\\Public';
const PRODUCTS = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

/** How msiexec ended, and what it wrote into its log. */
export interface Installation {
  /** 0, or Windows Installer's error; on Wine cut to 8 bits. */
  readonly code: number | null;
  readonly log: string;
}

/** Packages for Windows Installer, and its own program on a machine of the testbed. */
export class InstallerPackage {
  private constructor(
    private readonly machine: WindowsMachine,
    private readonly path: string,
  ) {}

  /** Why there are none to test; undefined when there are. */
  static missing(): string | undefined {
    const files = ['client', 'client-later'].map((folder) => fileIn(folder));
    return files.every((file) => existsSync(file))
      ? undefined
      : 'no Windows Installer package is built: that needs wixl and msitools';
  }

  /** Brings the package, or the one of a later version, onto the machine. */
  static on(machine: WindowsMachine, which: 'client' | 'client-later'): InstallerPackage {
    const path = `${FOLDER}\\${which}.msi`;
    copyFileSync(fileIn(which), machine.hostPath(path));
    return new InstallerPackage(machine, path);
  }

  install(...properties: readonly string[]): Promise<Installation> {
    return this.msiexec('/i', ...properties);
  }

  /** As "Repair" does among the installed programs. Wine's msiexec knows no `/f`. */
  repair(): Promise<Installation> {
    return this.msiexec('/i', 'REINSTALL=ALL');
  }

  remove(...properties: readonly string[]): Promise<Installation> {
    return this.msiexec('/x', ...properties);
  }

  private async msiexec(action: string, ...properties: readonly string[]): Promise<Installation> {
    const log = `${FOLDER}\\msi.log`;
    const quiet = ['/qn', '/norestart', '/l*v', log];
    const { code } = await this.machine.run(
      'msiexec',
      [action, this.path, ...quiet, ...properties],
      {
        timeoutMs: 180_000,
      },
    );
    const file = this.machine.hostPath(log);
    const text = existsSync(file) ? readLog(file) : '';
    return { code, log: this.machine.isReal ? text : withoutHidden(text) };
  }
}

/** The version of the client that Windows lists among its programs; undefined where it lists none. */
export async function listedVersion(machine: WindowsMachine): Promise<string | undefined> {
  const { stdout } = await machine.run('reg', ['query', PRODUCTS, '/s', '/reg:64']);
  const entry = stdout
    .split(/^HKEY/m)
    .find((one) => /DisplayName\s+REG_SZ\s+FleetMend Client/.test(one));
  return entry && /DisplayVersion\s+REG_SZ\s+(\S+)/.exec(entry)?.[1];
}

const fileIn = (folder: string) => join(root, 'dist', folder, 'fleetmend-client.msi');

/** Windows writes UTF-16, Wine either. */
function readLog(file: string): string {
  const bytes = readFileSync(file);
  return bytes.toString(bytes[1] === 0 || bytes[0] === 0xff ? 'utf16le' : 'latin1');
}

/** Wine alone knows no MsiHiddenProperties: it lists what the package hides. */
const withoutHidden = (log: string) => log.replaceAll(/^Property\(S\): ENROLLTOKEN = .*$/gm, '');
