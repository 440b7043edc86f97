/**
 * Submodules that an operation has moved to another commit (clause 11): git leaves them where they are when it puts a
 * tree back. Names are bytes, as `latin1`.
 */
import { join } from 'node:path';
import { textOf } from './file-modes.ts';
import { Git } from './git.ts';
import type { Change } from './replay.ts';

const LINK = '160000';

/** True for a submodule that was there before, too. */
export const isMoved = ({ before, after }: Change) => before.mode === LINK && after.mode === LINK;

/** True for what was a file or a symlink. */
export const isFile = ({ before }: Change) => /^1[02]0/.test(before.mode);

/**
 * Checks out, detached, the commit that a submodule below `root` was at. Returns false where git does not have it, or would
 * write over what is not committed there.
 */
export async function moveBack(root: string, { path, before }: Change): Promise<boolean> {
  // It takes no token along, and looks for no repository above: what stands there is of the operation's making.
  const git = new Git(join(root, textOf(path)));
  const own = { env: { GIT_DIR: '.git' }, workTree: '.' };
  const moved = await git.try(['checkout', '--quiet', '--detach', before.id], own).catch(() => undefined);
  return moved?.exitCode === 0;
}
