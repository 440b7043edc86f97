/** Repositories of their own inside the working tree, of which no tree of ours holds a copy. Names are bytes, as `latin1`. */
import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { ignoreMissing } from './disk.ts';
import { effect } from './effect.ts';
import { insideOf, pathOf } from './file-modes.ts';

/** Whether a directory below `root` is a repository or a linked working tree, or holds one. */
function holdsRepository(root: string, directory: string): boolean {
  return readdirSync(pathOf(root, directory), { withFileTypes: true, encoding: 'buffer' }).some((item) => {
    const name = item.name.toString('latin1');
    return name === '.git' || (item.isDirectory() && holdsRepository(root, `${directory}/${name}`));
  });
}

/**
 * Moves a directory at `path` below `root` aside that holds a repository: git would remove it with all that is in it. Returns
 * where it is now; `undefined`: there is none.
 */
export async function moveAside(root: string, path: string, id: string): Promise<string | undefined> {
  const isDirectory = ignoreMissing(() => lstatSync(pathOf(root, path)))?.isDirectory() ?? false;
  if (!isDirectory || !insideOf(root)(path) || !holdsRepository(root, path)) return undefined;
  const aside = `${path}.${id}`;
  await effect('move aside', () => renameSync(pathOf(root, path), pathOf(root, aside)));
  return aside;
}
