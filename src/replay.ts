/**
 * Whether a commit may be made again on the commit the remote has moved to (clause 10), and how. It may where nothing that
 * counts differs between its base and that commit: what matters is what they hold, not how many steps lie between.
 */
import { remakeCommit } from './commit-object.ts';
import { TransactionError } from './errors.ts';
import type { Git, GitOptions } from './git.ts';
import { globMatcher } from './globs.ts';
import { parentsOf, quote } from './paths.ts';
import { updateIndex } from './target-index.ts';

/** One side of a change: a mode of git's and the id of an object; mode `000000` where there is nothing. */
export interface Side {
  mode: string;
  id: string;
}

/** True for the side of a change on which there is nothing. */
export const isAbsent = ({ mode }: Side): boolean => mode === '000000';

export interface Change {
  path: string;
  before: Side;
  after: Side;
}

/**
 * What differs between the trees of two commits, file by file, without renames. git opens an index even for this: where
 * the user's may be broken, `options` name another.
 */
export async function treeDiff(
  git: Git,
  from: string,
  to: string,
  options: GitOptions = {},
): Promise<Change[]> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', from, to];
  const fields = (await git.run(args, options)).split('\0');
  const changes: Change[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [before, after, one, other] = fields[index]!.slice(1).split(' ');
    changes.push({
      path: fields[index + 1]!,
      before: { mode: before!, id: one! },
      after: { mode: after!, id: other! },
    });
  }
  return changes;
}

interface Move {
  /** Full name of the branch. */
  branch: string;
  base: string;
  /** The commit the remote has moved the branch to. */
  onto: string;
  /** What the transaction changes, as git names it: the target, or each file. */
  paths: readonly string[];
  isInPlace: boolean;
}

/** 65, for a remote that moved to where the commit cannot go. */
export function remoteMoved(message: string, next: string): TransactionError {
  return new TransactionError('ATOMIC_COMMIT_FAILED', `the remote moved: ${message}`, { next });
}

/**
 * Throws 65 when the outputs must not be published on `onto`: history went another way, or someone changed the
 * target or what the outputs were made from. `dependsOn` are globs relative to the top level.
 */
export async function requireReplayable(
  git: Git,
  { branch, base, onto, paths, isInPlace }: Move,
  dependsOn: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!(await git.isAncestor(base, onto))) {
    throw remoteMoved(
      `${quote(branch)} is at ${onto} there, which does not contain the base commit ${base}`,
      'Check out the branch as it is on the remote and run again.',
    );
  }
  const theirs = (await treeDiff(git, base, onto, { signal })).map(({ path }) => path);
  const touched = theirs.filter(overlapWith(paths));
  if (touched.length > 0) {
    throw remoteMoved(
      `${await whoChanged(git, base, onto, touched)}, ${isInPlace ? 'which this transaction changes, too' : 'inside the target'}`,
      'Publishing would undo that. Check out the branch as it is and run again.',
    );
  }
  const stale = theirs.filter(globMatcher(dependsOn));
  if (stale.length > 0) {
    throw remoteMoved(
      `${await whoChanged(git, base, onto, stale)}, which depends-on names: the outputs are stale`,
      'Check out the branch as it is and run again, so that the outputs are made from it.',
    );
  }
}

/** Says of a path whether it is one of `own`, below one, or in the place of a parent of one. */
function overlapWith(own: readonly string[]): (path: string) => boolean {
  const exact = new Set(own);
  const parents = new Set(own.flatMap((path) => parentsOf(path)));
  return (path) =>
    exact.has(path) || parents.has(path) || parentsOf(path).some((parent) => exact.has(parent));
}

/** The commits from `base` (without it) to `tip`, the oldest first. Throws 65 for a history with merges. */
async function commitsBetween(
  git: Git,
  base: string,
  tip: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const list = await git.run(['rev-list', '--reverse', '--topo-order', '--parents', `${base}..${tip}`], {
    signal,
  });
  const lines = list.split('\n').filter(Boolean);
  if (lines.some((line) => line.split(' ').length !== 2)) {
    throw remoteMoved(
      'the operation made merges, which cannot be made again',
      'Run again on the branch as it is.',
    );
  }
  return lines.map((line) => line.split(' ')[0]!);
}

const SHOWN_PATHS = 5;

/** The latest commit up to `onto` that changed one of `paths`, with its author, and the first of those; and that others changed more. */
async function whoChanged(git: Git, base: string, onto: string, paths: readonly string[]): Promise<string> {
  const format = ['-1', '--no-show-signature', '--format=%H%x00%an%x00%s'];
  const range = [`${base}..${onto}`, '--', ...paths.slice(0, 100)];
  const log = await git.run(['--literal-pathspecs', 'log', ...format, ...range]);
  const [found = '', author = '', subject = ''] = log.split('\0');
  const commit = found || onto;
  const names = ['-1', '-m', '--first-parent', '--no-renames', '--name-only', '--format=', '-z', commit];
  const its = new Set((await git.names(['log', ...names])).map((name) => name.replace(/^\n/, '')));
  const some = paths.filter((path) => its.has(path));
  const own = some.length > 0 ? some : paths;
  const more = own.length > SHOWN_PATHS ? ` and ${own.length - SHOWN_PATHS} more` : '';
  const named = `${own.slice(0, SHOWN_PATHS).map(quote).join(', ')}${more}`;
  const [earlier, ...others] = paths.filter((path) => !own.includes(path));
  const before =
    earlier === undefined
      ? ''
      : `, and commits before it ${quote(earlier)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  return `commit ${commit} by ${quote(author)} (${quote(subject)}) changed ${named}${before}`;
}

/** 65 for a remote that was elsewhere each time. */
export function neverStill(branch: string, attempts: number): TransactionError {
  return remoteMoved(
    `${quote(branch)} was elsewhere at each of ${attempts} attempts`,
    'Many publish at once: raise push-attempts, or let them wait for each other by a concurrency group.',
  );
}

/** Writes the after-side of changes into an index. */
export async function applyChanges(
  git: Git,
  changes: readonly Change[],
  index: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const lines = changes.map(({ path, after }) => `${after.mode} ${after.id}\t${path}\0`);
  await updateIndex(git, lines, { index, signal });
}

/** Makes the commits from `base` to `commit` again on `onto`, with a private index. Returns the last one. */
export async function replayCommits(
  git: Git,
  { base, commit, onto, index }: { base: string; commit: string; onto: string; index: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  await git.run(['read-tree', '--reset', onto], { index, signal });
  let parent = onto;
  for (const one of await commitsBetween(git, base, commit, signal)) {
    await applyChanges(git, await treeDiff(git, `${one}^`, one, { signal }), index, signal);
    const tree = await git.writeTree({ index, signal });
    parent = await remakeCommit(git, one, tree, parent, signal);
  }
  return parent;
}
