/**
 * Submodules that an operation has moved to another commit, or taken out of the working tree (clause 11): git leaves them so
 * when it puts a tree back. Names are bytes, as `latin1`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandResult } from './command.ts';
import * as disk from './disk.ts';
import { pathOf, textOf } from './file-modes.ts';
import { Git } from './git.ts';
import type { Place } from './nested.ts';
import { isHeld } from './orphans.ts';
import { quote } from './paths.ts';
import type { Change } from './replay.ts';
import type { Snapshots } from './snapshots.ts';

/** The mode of an entry that is a commit of another repository. */
export const LINK = '160000';

/** True for a submodule that was there before, too. */
export const isMoved = ({ before, after }: Change) => before.mode === LINK && after.mode === LINK;

/** True for what was a file or a symlink. */
export const isFile = ({ before }: Change) => /^1[02]0/.test(before.mode);

/**
 * Checks out, detached, the commit that a submodule was at. Returns false, and says so, where git does not have it, or would
 * write over what is not committed there.
 */
export async function moveBack({ root, say }: Place, { path, before, after }: Change): Promise<boolean> {
  const moved = await inside(root, path, ['checkout', '--quiet', '--detach', before.id]);
  if (moved?.exitCode === 0) return true;
  say(
    `Warning: submodule ${quote(textOf(path))} stays at ${after.id}: it could not be put back to ${before.id} without a loss.`,
  );
  return false;
}

/** Runs git in a submodule. It takes no token along, and looks for no repository above: what stands there is of the operation's making. */
function inside(root: string, path: string, args: readonly string[]): Promise<CommandResult | undefined> {
  const git = new Git(join(root, textOf(path)));
  return git.try(args, { env: { GIT_DIR: '.git' }, workTree: '.' }).catch(() => undefined);
}

export const isCheckedOut = (root: string, path: string) => existsSync(pathOf(root, `${path}/.git`));

/**
 * Checks out again those of `paths` that are not, as `index.pre-op` has them, and says so. One whose repository git has not kept
 * stays away: nothing is fetched.
 */
export async function checkOutAgain(
  place: Place,
  paths: readonly string[],
  snapshots: Snapshots,
): Promise<void> {
  const { root, say } = place;
  // What a run that died has begun looks as if it were checked out.
  const noted = snapshots.path('submodule');
  const begun = disk.ignoreMissing(() => readFileSync(noted, 'latin1'));
  for (const path of paths.filter((one) => one === begun || !isCheckedOut(root, one))) {
    const isOurs = path === begun || isEmpty(root, path); // Else it would write over what is uncommitted.
    if (path === begun) await removeLock(root, path);
    else if (isOurs) await disk.replaceFile(noted, Buffer.from(path, 'latin1'), `${noted}.next`);
    const isBack = isOurs && (await update(root, path, snapshots.path('index.pre-op')));
    // A link to a repository that cannot be used stops every git above it.
    if (isOurs && !isBack) await disk.remove(join(root, textOf(path), '.git'));
    await disk.remove(noted);
    const first = isOurs ? '' : 'once what stands there is moved away, ';
    const name = quote(textOf(path));
    say(
      isBack
        ? `Submodule ${name} is checked out again, without what was uncommitted in it.`
        : `Warning: submodule ${name} is not checked out any more: ${first}git submodule update --init brings it back.`,
    );
  }
}

const isEmpty = (root: string, path: string) =>
  (disk.ignoreMissing(() => readdirSync(pathOf(root, path))) ?? []).length === 0;

/** Removes the lock of a checkout that was killed. */
async function removeLock(root: string, path: string): Promise<void> {
  const found = await inside(root, path, ['rev-parse', '--git-path', 'index.lock']);
  if (found?.exitCode !== 0) return;
  const directory = join(root, textOf(path));
  const lock = resolve(directory, found.stdout.toString().trimEnd());
  if (!isHeld(lock, [directory])) await disk.remove(lock);
}

async function update(root: string, path: string, index: string): Promise<boolean> {
  const name = textOf(path);
  if (Buffer.from(name).toString('latin1') !== path) return false; // Text cannot hold it, and this takes no names from standard input.
  const how = ['--checkout', '--recursive', '--no-fetch', '--force'];
  const args = ['--literal-pathspecs', 'submodule', '--quiet', 'update', ...how, '--', name];
  const env = { GIT_ALLOW_PROTOCOL: 'none' }; // It would be cloned.
  // Here, too, it takes no token along.
  await new Git(root).try(args, { index, env });
  // What it knows nothing of it passes over, and it fails also for one inside that is away.
  const list = ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'];
  const left = isCheckedOut(root, path) ? await inside(root, path, list) : undefined;
  return left?.exitCode === 0 && left.stdout.length === 0;
}
