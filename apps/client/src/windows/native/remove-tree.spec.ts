import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../../testing/temporary-folder';
import { removeTree } from './remove-tree';

/** Real: the files, and how Node deletes them. Not real: Windows, where junctions take the place of these links. */
describe('removeTree', () => {
  afterEach(removeTemporaryFolders);

  it('deletes all that is in the folder, read-only files too, and nothing that links lead to', async () => {
    const root = temporaryFolder();
    const [folder, elsewhere] = [join(root, 'folder'), join(root, 'elsewhere')];
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'kept'), 'kept');
    writeFileSync(join(folder, 'a', 'b', 'file'), 'x');
    chmodSync(join(folder, 'a', 'b', 'file'), 0o400);
    symlinkSync(elsewhere, join(folder, 'a', 'link'));
    symlinkSync(join(root, 'nowhere'), join(folder, 'dangling'));
    await removeTree(folder, new AbortController().signal);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(elsewhere)).toEqual(['kept']);
  });

  it('stops where it is when it is told to', async () => {
    const folder = join(temporaryFolder(), 'folder');
    mkdirSync(join(folder, 'a'), { recursive: true });
    await removeTree(folder, AbortSignal.abort());
    expect(readdirSync(folder)).toEqual(['a']);
  });
});
