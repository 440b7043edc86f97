/** Repositories of their own inside the working tree, of which no tree of ours holds a copy. Names are bytes, as `latin1`. */
import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { ignoreMissing } from './disk.ts';
import { effect } from './effect.ts';
import { insideOf, pathOf, textOf } from './file-modes.ts';
import { quote } from './paths.ts';

/** Whether a directory below `root` is a repository or a linked working tree, or holds one. */
function holdsRepository(root: string, directory: string): boolean {
  return readdirSync(pathOf(root, directory), { withFileTypes: true, encoding: 'buffer' }).some((item) => {
    const name = item.name.toString('latin1');
    return name === '.git' || (item.isDirectory() && holdsRepository(root, `${directory}/${name}`));
  });
}

/**
 * Moves what stands at `paths` below `root` aside where it holds a repository, and says so: git would remove it with all that is
 * in it. `id` becomes part of its name.
 */
export async function moveAside(
  { root, id, say }: { root: string; id: string; say: (message: string) => void },
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const isDirectory = ignoreMissing(() => lstatSync(pathOf(root, path)))?.isDirectory() ?? false;
    if (!isDirectory || !insideOf(root)(path) || !holdsRepository(root, path)) continue;
    const aside = `${path}.${id}`;
    await effect('move aside', () => renameSync(pathOf(root, path), pathOf(root, aside)));
    const [was, is] = [path, aside].map((name) => quote(textOf(name)));
    say(`Warning: a repository of its own stood in the way, at ${was}. It is at ${is} now.`);
  }
}
