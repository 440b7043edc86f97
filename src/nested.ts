/** Repositories of their own inside the working tree, of which no tree of ours holds a copy. Names are bytes, as `latin1`. */
import { readdirSync, renameSync } from 'node:fs';
import { isDirectory } from './disk.ts';
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

/** Where something is moved aside: below `root`. `id` becomes part of its name. */
export interface Place {
  root: string;
  id: string;
  say: (message: string) => void;
}

/** Moves `what` stands at `path` aside, and says so. */
export async function moveAside({ root, id, say }: Place, path: string, what: string): Promise<void> {
  const aside = `${path}.${id}`;
  await effect('move aside', () => renameSync(pathOf(root, path), pathOf(root, aside)));
  const [was, is] = [path, aside].map((name) => quote(textOf(name)));
  say(`Warning: ${what} stood in the way, at ${was}. It is at ${is} now.`);
}

/** Moves aside what of `paths` is or holds a repository: git would remove it with all that is in it. */
export async function moveRepositoriesAside(place: Place, paths: readonly string[]): Promise<void> {
  const { root } = place;
  for (const path of paths) {
    if (!isDirectory(pathOf(root, path)) || !insideOf(root)(path) || !holdsRepository(root, path)) continue;
    await moveAside(place, path, 'a repository of its own');
  }
}
