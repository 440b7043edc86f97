/**
 * The user's working tree, moved from one commit to another as `git merge --ff-only` moves it (clause 10): what the
 * user changed stays, and what is in its way is said and stays, too. Twice is once, also after a crash between.
 */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as disk from './disk.ts';
import { type Git, type GitOptions, gitError } from './git.ts';
import { type Change, type Side, treeDiff } from './replay.ts';

export interface FastForward {
  /** A copy of the user's index, which is changed. */
  index: string;
  workTree: string;
  from: string;
  to: string;
  /** Only says what would be in the way. */
  isRehearsal: boolean;
  signal: AbortSignal | undefined;
}

/** How `read-tree -m -u` says that it would lose what the user has, rather than that it failed. */
const IN_THE_WAY = /not uptodate|would be overwritten|would be removed|would lose|Cannot merge|overlaps with/;

/** Returns what is in the way, in git's words, or `undefined` when nothing is. Throws when git fails otherwise. */
export async function fastForward(git: Git, move: FastForward): Promise<string | undefined> {
  const { from, to, isRehearsal, index, workTree, signal } = move;
  const options = { index, workTree, signal };
  const arrived = await listArrived(git, move, options);
  const input = arrived.map(({ path, after }) => `${entryOf(after)}\t${path}\0`).join('');
  await git.run(['update-index', '-z', '--index-info'], { ...options, input });
  const isSparse = (await git.run(['ls-files', '-t'], options)).split('\n').some((line) => line[0] === 'S');
  const settings = isSparse ? ['-c', 'core.sparseCheckout=true'] : [];
  const merge = ['read-tree', '-m', '-u', ...(isRehearsal ? ['--dry-run'] : []), from, to];
  const result = await git.try([...settings, ...merge], options);
  if (result.exitCode !== 0) {
    if (!IN_THE_WAY.test(result.stderr)) throw gitError(merge, result);
    return result.stderr.trim().replaceAll(/^error: /gm, '');
  }
  if (!isRehearsal) await git.try(['update-index', '-q', '--refresh'], options);
  return undefined;
}

const entryOf = ({ mode, id }: Side) => `${mode} ${id}`;

/** What does not exist, as git writes it; `like` is an id of the repository's length. */
const nothing = (like: string): Side => ({ mode: '000000', id: '0'.repeat(like.length) });

/**
 * The changes that the working tree has already though the index does not say so: a step that died had made
 * them, or the user did the same. A file that git was writing when it died is the beginning of what it was to
 * hold: it is taken away, to be written again.
 */
async function listArrived(git: Git, move: FastForward, options: GitOptions): Promise<Change[]> {
  const { from, to, isRehearsal, workTree, signal } = move;
  const staged = new Map<string, string>();
  for (const line of (await git.run(['ls-files', '--stage', '-z'], options)).split('\0')) {
    const [, entry = '', path = ''] = /^(\d+ \S+) \d\t(.*)$/s.exec(line) ?? [];
    staged.set(path, entry);
  }
  const changes = (await treeDiff(git, from, to, signal)).filter(
    ({ path, before }) => (staged.get(path) ?? entryOf(nothing(before.id))) === entryOf(before),
  );
  const standing = await readStanding(git, workTree, changes, options);
  const arrived: Change[] = [];
  for (const change of changes) {
    const stands = standing.get(change.path);
    if (stands === undefined) continue;
    if (entryOf(stands) === entryOf(change.after)) arrived.push(change);
    else if (!isRehearsal && stands.id !== change.before.id) {
      await removeTorn(git, join(workTree, change.path), `${to}:${change.path}`, options);
    }
  }
  return arrived;
}

/** What stands at the places of `changes`, as git would record it; directories and the like are left out. */
async function readStanding(
  git: Git,
  workTree: string,
  changes: readonly Change[],
  options: GitOptions,
): Promise<Map<string, Side>> {
  const standing = new Map<string, Side>();
  const files: string[] = [];
  for (const { path, before } of changes) {
    const absolute = join(workTree, path);
    const stats = disk.ignoreMissing(() => lstatSync(absolute));
    if (!stats) standing.set(path, nothing(before.id));
    else if (stats.isSymbolicLink()) {
      const input = readlinkSync(absolute, 'buffer');
      const id = await git.run(['hash-object', '--stdin'], { ...options, input });
      standing.set(path, { mode: '120000', id });
    } else if (stats.isFile() && !/^"|\n/.test(path)) {
      files.push(path);
      standing.set(path, { mode: stats.mode & 0o100 ? '100755' : '100644', id: '' });
    }
  }
  const input = files.map((path) => `${path}\n`).join('');
  const ids = (await git.run(['hash-object', '--stdin-paths'], { ...options, input })).split('\n');
  for (const [index, path] of files.entries()) standing.get(path)!.id = ids[index]!;
  return standing;
}

/** Removes a file that holds a beginning of what `object` comes to in the working tree. */
async function removeTorn(git: Git, path: string, object: string, options: GitOptions): Promise<void> {
  if (!disk.ignoreMissing(() => lstatSync(path))?.isFile()) return;
  const whole = await git.try(['cat-file', '--filters', object], options);
  const part = readFileSync(path);
  if (whole.exitCode === 0 && whole.stdout.subarray(0, part.length).equals(part)) await disk.remove(path);
}
