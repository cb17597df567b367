import { type Windows } from '../windows/windows';

const CURRENT_VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** The build of this Windows (19045, 26100 …), or nothing where it can't be told. */
export async function windowsBuild({
  windows,
}: {
  readonly windows: Pick<Windows, 'registry'>;
}): Promise<number | undefined> {
  const build = Number(await windows.registry.read(CURRENT_VERSION, 'CurrentBuild'));
  return Number.isInteger(build) && build > 0 ? build : undefined;
}
