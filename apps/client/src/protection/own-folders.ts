import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FolderProtection, type Role, type Weakness, weaknessesOf } from '../windows/access';

/** What lets others change what the client trusts, and isn't so any more, or stays so. */
export interface FolderReport {
  readonly repaired: readonly Weakness[];
  readonly left: readonly Weakness[];
}

interface Place {
  readonly path: string;
  readonly role: Role;
}

/** Everything that lets others than administrators change the data folder, the program, or what leads to them. */
export async function findWeaknesses(
  protection: FolderProtection,
  dataDirectory: string,
): Promise<readonly Weakness[]> {
  const found: Weakness[] = [];
  const ourselves = protection.ourselves();
  for (const { path, role } of placesOf(protection, dataDirectory)) {
    const access = await protection.access(path);
    if (access) found.push(...weaknessesOf(access, role, ourselves));
  }
  return found;
}

/**
 * Closes the client's own folders where somebody opened them. Links, owners and the folders above are left alone: who
 * made them is a question for an administrator.
 */
export async function closeOwnFolders(
  protection: FolderProtection,
  dataDirectory: string,
): Promise<FolderReport> {
  const before = await findWeaknesses(protection, dataDirectory);
  const own = placesOf(protection, dataDirectory).filter(({ role }) => role !== 'way');
  const toClose = own.filter(({ path }) =>
    before.some((one) => one.path === path && (one.kind === 'writable' || one.kind === 'readable')),
  );
  for (const { path, role } of toClose) {
    await protection.close(path, role === 'private' ? 'nothing' : 'read').catch(() => undefined);
  }
  const left = toClose.length === 0 ? before : await findWeaknesses(protection, dataDirectory);
  const isLeft = (one: Weakness) =>
    left.some(({ path, kind }) => path === one.path && kind === one.kind);
  return { repaired: before.filter((one) => !isLeft(one)), left };
}

/** Whether somebody else could have the client run their code, or obey their journal: then it doesn't begin. */
export function isDangerous(
  { path, kind }: Weakness,
  protection: FolderProtection,
  dataDirectory: string,
): boolean {
  if (kind === 'readable') return false;
  const place = placesOf(protection, dataDirectory).find((one) => one.path === path);
  return place !== undefined && (place.role !== 'way' || kind === 'link');
}

export function inWords({ path, kind, who }: Weakness): string {
  switch (kind) {
    case 'link':
      return `"${path}" is a link, made by ${who}`;
    case 'owner':
      return `"${path}" belongs to ${who}`;
    case 'writable':
      return `${who} can change "${path}"`;
    case 'readable':
      return `${who} can read "${path}"`;
  }
}

function placesOf(protection: FolderProtection, dataDirectory: string): readonly Place[] {
  const { programFolder } = protection;
  const ways = new Set([...waysTo(dataDirectory), ...waysTo(programFolder)]);
  return [
    ...[...ways].map((path): Place => ({ path, role: 'way' })),
    ...below(dataDirectory).map((path): Place => ({ path, role: 'private' })),
    ...below(programFolder).map((path): Place => ({ path, role: 'program' })),
  ];
}

/** The folders above, the topmost first. */
function waysTo(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...waysTo(above), above];
}

/** A folder and everything in it: there is never much. What can't be listed is seen at the folder itself. */
function below(folder: string): string[] {
  try {
    return [
      folder,
      ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
    ];
  } catch {
    return [folder];
  }
}
