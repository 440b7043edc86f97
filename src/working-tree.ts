/**
 * The user's working tree, moved from one commit to another as `git merge --ff-only` moves it (clause 10): what the
 * user changed stays, and what is in its way is said and stays, too. Twice is once, also after a crash between.
 */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as disk from './disk.ts';
import { type Git, type GitOptions, gitError } from './git.ts';
import { formatOf, type ObjectFormat } from './object-id.ts';
import { type Change, isAbsent, type Side, treeDiff } from './replay.ts';
import { absence, listEntries, nameOf, updateIndex } from './target-index.ts';

interface FastForward {
  /** A copy of the user's index, which is changed. */
  index: string;
  workTree: string;
  /** As git names it, where there is one. Its files are published already, and stay as they are. */
  target: string | undefined;
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
  const { from, to, isRehearsal, index, workTree, target, signal } = move;
  const options = { index, workTree, signal };
  // A file that was only touched, or given to another user, is not a changed one: `git merge` looks first, too.
  await git.try(['update-index', '-q', '--refresh'], options);
  const { arrived, blocked } = await listArrived(git, move, options);
  if (blocked !== undefined) return `Untracked working tree file '${blocked}' would be overwritten by merge.`;
  await updateIndex(
    git,
    arrived.map(({ path, after }) => `${entryOf(after)}\t${path}\0`),
    options,
  );
  const isSparse = await isSparseCheckout(git, options);
  let trees = [from, to];
  let published: string[] = [];
  if (isSparse && target !== undefined) {
    // Where the patterns leave the target out git would take it from the disk: it is not to see it.
    published = await takeOut(git, target, formatOf(from), options);
    const scratch = { index: `${index}.scratch`, signal };
    trees = [await treeWithout(git, from, target, scratch), await treeWithout(git, to, target, scratch)];
  }
  const merge = ['read-tree', '-m', '-u', ...(isRehearsal ? ['--dry-run'] : []), ...trees];
  const settings = isSparse ? ['-c', 'core.sparseCheckout=true'] : [];
  const result = await git.try([...settings, ...merge], options);
  await updateIndex(git, published, options);
  if (result.exitCode !== 0) {
    if (!IN_THE_WAY.test(result.stderr)) throw gitError(merge, result);
    return result.stderr.trim().replaceAll(/^error: /gm, '');
  }
  if (!isRehearsal) await git.try(['update-index', '-q', '--refresh'], options);
  return undefined;
}

/** Whether patterns say what is in the working tree; a mark alone may be one that the user has set, and git would take it away. */
async function isSparseCheckout(git: Git, options: GitOptions): Promise<boolean> {
  const isMarked = (await git.run(['ls-files', '-t'], options)).split('\n').some((line) => line[0] === 'S');
  if (!isMarked) return false;
  const ask = ['config', '--show-scope', '--type=bool', '--get-all', 'core.sparseCheckout'];
  const said = (await git.run(ask, { signal: options.signal })).split('\n');
  return said.findLast((line) => !line.startsWith('command'))?.endsWith('true') ?? false; // Not what we set ourselves.
}

/** Takes the entries of `path` out of an index. Returns lines for `updateIndex` that put them back. */
async function takeOut(
  git: Git,
  path: string,
  format: ObjectFormat,
  options: GitOptions & { index: string },
): Promise<string[]> {
  const entries = await listEntries(git, path, format, options);
  await updateIndex(
    git,
    entries.map((entry) => absence(nameOf(entry), format)),
    options,
  );
  return entries.map((entry) => `${entry.slice(2)}\0`);
}

async function treeWithout(
  git: Git,
  commit: string,
  path: string,
  scratch: GitOptions & { index: string },
): Promise<string> {
  await git.run(['read-tree', '--reset', commit], scratch);
  await takeOut(git, path, formatOf(commit), scratch);
  return git.writeTree(scratch);
}

const entryOf = ({ mode, id }: Side) => `${mode} ${id}`;

/** What does not exist, as git writes it; `like` is an id of the repository's length. */
const nothing = (like: string): Side => ({ mode: '000000', id: '0'.repeat(like.length) });

/**
 * The changes that the working tree has already though the index does not say so: a step that died had made
 * them, or the user did the same. A file that git was writing when it died is the beginning of what it was to
 * hold: it is taken away, to be written again.
 */
async function listArrived(
  git: Git,
  move: FastForward,
  options: GitOptions,
): Promise<{ arrived: Change[]; blocked: string | undefined }> {
  const { from, to, isRehearsal, workTree, signal } = move;
  const staged = new Map<string, string>();
  for (const line of await git.names(['ls-files', '--stage', '-z'], options)) {
    const [, entry = '', path = ''] = /^(\d+ \S+) \d\t(.*)$/s.exec(line) ?? [];
    staged.set(path, entry);
  }
  const all = await treeDiff(git, from, to, { signal });
  const spellings = Map.groupBy(all, ({ path }) => path.toLowerCase());
  const changes = all.filter(({ path, before }) => {
    // Where `A` and `a` are one name each would be taken for the other: those are left to git.
    if (spellings.get(path.toLowerCase())!.length > 1) return false;
    return (staged.get(path) ?? entryOf(nothing(before.id))) === entryOf(before);
  });
  const standing = await readStanding(git, workTree, changes, options);
  const arrived: Change[] = [];
  let blocked: string | undefined;
  for (const change of changes) {
    const stands = standing.get(change.path);
    if (stands === undefined) continue;
    if (entryOf(stands) === entryOf(change.after)) {
      arrived.push(change);
      continue;
    }
    const mayBeTorn = !isRehearsal && stands.id !== change.before.id;
    const [file, object] = [join(workTree, change.path), `${to}:${change.path}`];
    if (mayBeTorn && (await removeTorn(git, file, object, options))) continue;
    // Also a file that git ignores is the user's, and git would write over it without a word.
    const isUntracked = isAbsent(change.before) && !isAbsent(stands);
    if (isUntracked) blocked ??= change.path;
  }
  return { arrived, blocked };
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
    if (isBehindLink(workTree, path)) continue; // What is there is somebody else's.
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

/** True when a parent of `path` is a symlink: the file is elsewhere, and may be outside the repository. */
function isBehindLink(workTree: string, path: string): boolean {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    if (disk.ignoreMissing(() => lstatSync(join(workTree, parent)))?.isSymbolicLink()) return true;
  }
  return false;
}

/** Removes a file that holds a beginning of what `object` comes to in the working tree. True when it did. */
async function removeTorn(git: Git, path: string, object: string, options: GitOptions): Promise<boolean> {
  if (!disk.ignoreMissing(() => lstatSync(path))?.isFile()) return false;
  const whole = await git.try(['cat-file', '--filters', object], options);
  const part = readFileSync(path);
  if (whole.exitCode !== 0 || !whole.stdout.subarray(0, part.length).equals(part)) return false;
  await disk.remove(path);
  return true;
}
