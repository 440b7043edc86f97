/** Where a repository is, and which branch a transaction moves from which commit. Reads only. */
import { accessSync, constants, statSync } from 'node:fs';
import type { Patience } from './backoff.ts';
import { mountsBelow } from './disk.ts';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { parentsOf, quote } from './paths.ts';
import { fetchCommit, isShallow, readRemoteRefs } from './remote-refs.ts';

/** Where a repository is. All paths are absolute. */
export interface Layout {
  topLevel: string;
  gitDirectory: string;
  /** Shared by linked worktrees: the ledger and the lock stand here. */
  commonDirectory: string;
  index: string;
}

/** What has to be synced for a repository and its working tree, which may be on several file systems, or gone. */
export const placesOf = ({ commonDirectory, topLevel }: Layout) =>
  [commonDirectory, topLevel, ...mountsBelow(topLevel)].filter(isReadable);

/** What cannot be opened, as a socket that is mounted, cannot be synced, and nobody has written to it here. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    const stats = statSync(path);
    return stats.isDirectory() || stats.isFile();
  } catch {
    return false;
  }
}

const MINIMUM_GIT = [2, 31];

/** Throws 65 for a git that is too old to ask. */
async function requireGit(git: Git): Promise<void> {
  const version = /(\d+)\.(\d+)/.exec(await git.run(['version']));
  const [major = 0, minor = 0] = [Number(version?.[1]), Number(version?.[2])];
  if (major < MINIMUM_GIT[0]! || (major === MINIMUM_GIT[0] && minor < MINIMUM_GIT[1]!)) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `git 2.31 or later is needed; this is ${version?.[0]}`,
      { next: 'Install a later one.' },
    );
  }
}

/** Finds the repository of the working directory; `undefined` when there is none. Throws 65 for an old git. */
export async function findRepository(git: Git): Promise<Layout | undefined> {
  const ask = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--absolute-git-dir'];
  const answer = await git.try([...ask, '--git-common-dir', '--git-path', 'index']);
  // An old git does not know the first of these, and says it back.
  if (answer.exitCode !== 0 || answer.stdout.toString().startsWith('--')) await requireGit(git);
  if (answer.exitCode !== 0) return undefined;
  const [topLevel, gitDirectory, commonDirectory, index] = answer.stdout.toString().trimEnd().split('\n');
  return {
    topLevel: topLevel!,
    gitDirectory: gitDirectory!,
    commonDirectory: commonDirectory!,
    index: index!,
  };
}

/** The branch a transaction moves and the commit it starts from. */
export interface Base {
  /** Full ref name. */
  branch: string;
  sha: string;
  /** What the branch holds in this clone; empty: it does not exist here yet. */
  local: string;
  /** The branch that is checked out, as `readCurrentBranch` says. */
  current: string | undefined;
}

/** Full name of the checked-out branch; `undefined` for a detached head. */
export async function readCurrentBranch(git: Git): Promise<string | undefined> {
  const head = await git.try(['symbolic-ref', '--quiet', 'HEAD']);
  return head.exitCode === 0 ? head.stdout.toString().trim() : undefined;
}

/** The commit `name` leads to in this clone; empty when there is none. */
export async function commitAt(git: Git, name: string): Promise<string> {
  const result = await git.try(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return result.exitCode === 0 ? result.stdout.toString().trim() : '';
}

/** True when two commits hold the same at `path`; an empty name is no commit. */
export async function sameAt(git: Git, path: string, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  if (one === '' || other === '') return false;
  const result = await git.try(['rev-parse', '--verify', '--quiet', `${one}:${path}`]);
  const same = await git.try(['rev-parse', '--verify', '--quiet', `${other}:${path}`]);
  return result.exitCode === 0 && same.exitCode === 0 && result.stdout.equals(same.stdout);
}

/**
 * Reads the branch to move (clause 2, `branch`). One that this clone does not have starts where `remote` has it,
 * and one that nobody has at HEAD. Throws 65 for a detached head without a branch, for a branch that another working tree
 * has checked out or that text cannot name, and for no commit at all.
 */
export async function readBase(
  git: Git,
  branch: string | undefined,
  remote: string | undefined,
  patience: Patience,
): Promise<Base> {
  const current = await readCurrentBranch(git);
  if (branch === undefined && current === undefined) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      'HEAD is detached and input branch is empty: no branch to move',
      { next: 'Give branch the name of the branch to publish to.' },
    );
  }
  const name = branch === undefined ? current! : `refs/heads/${branch.replace(/^refs\/heads\//, '')}`;
  if (branch !== undefined) await checkRefName(git, 'branch', name);
  if (name !== current) {
    await refuseOtherName(git, name);
    await refuseCheckedOut(git, name);
  }
  const local = await commitAt(git, name);
  if (branch === undefined && local === '' && name.includes('\ufffd')) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `branch ${quote(name)} has a name that is not valid UTF-8: another one would be moved`,
      { next: 'Rename it (git branch -m), or give branch the name of another one.' },
    );
  }
  if (local !== '') return { branch: name, sha: local, local, current };
  await refuseInTheWay(git, name);
  const there =
    name === current || remote === undefined ? '' : await fetchBranch(git, name, remote, patience);
  const sha = there || (await commitAt(git, 'HEAD'));
  if (sha === '') {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `branch ${quote(name)} has no commit in this repository`,
      { next: 'Check the branch out first, with at least one commit.' },
    );
  }
  return { branch: name, sha, local, current };
}

/** Throws 65 for a branch that cannot be made: another one has a part of its name, or the other way round. */
async function refuseInTheWay(git: Git, branch: string): Promise<void> {
  const above = parentsOf(branch).slice(2); // Not `refs` and `refs/heads`.
  const list = await git.run(['for-each-ref', '--format=%(refname)', `${branch}/`, ...above]);
  const other = list.split('\n').find((ref) => ref.startsWith(`${branch}/`) || above.includes(ref));
  if (other === undefined) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input branch holds ${quote(branch.replace('refs/heads/', ''))}, which git cannot make while there is ${quote(other)}`,
    { next: 'Give branch another name.' },
  );
}

/** Throws 65 for a branch that is another name of one: that one would move, and what is checked out of it not. */
async function refuseOtherName(git: Git, branch: string): Promise<void> {
  const { exitCode, stdout } = await git.try(['symbolic-ref', '--quiet', branch]);
  if (exitCode !== 0) return;
  const [own, other] = [branch, stdout.toString().trim()].map((name) =>
    quote(name.replace('refs/heads/', '')),
  );
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input branch holds ${own}, which is another name of ${other}`,
    {
      next: `Give branch the name ${other}.`,
    },
  );
}

/** Throws 65 where another working tree has `branch` checked out: there it would look as if someone had undone the publish. */
async function refuseCheckedOut(git: Git, branch: string): Promise<void> {
  const list = await git.run(['worktree', 'list', '--porcelain']);
  const other = list.split('\n\n').find((one) => one.split('\n').includes(`branch ${branch}`));
  if (other === undefined) return;
  const place = other.split('\n')[0]!.replace('worktree ', '');
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `branch ${quote(branch)} is checked out in the working tree ${quote(place)}`,
    {
      next: 'Publish from there, or check another branch out there. If that working tree is gone, run git worktree prune.',
    },
  );
}

/** Throws 65 for what is not the full name of a ref; `input` is the input that holds it. */
export async function checkRefName(git: Git, input: string, name: string): Promise<void> {
  const isOption = /^refs\/(heads|tags)\/-/.test(name); // A ref git would make and no command could name.
  if (!isOption && (await git.try(['check-ref-format', name])).exitCode === 0) return;
  const held = name.replace(/^refs\/(heads|tags)\//, '');
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input ${input} holds ${quote(held)}; it may hold the name of a ${input}`,
    { next: 'Letters, digits, "-", "_", "." and "/" will do; git help check-ref-format has the rules.' },
  );
}

/** The commit of a branch on the remote, brought here; empty when the remote does not have it either. */
async function fetchBranch(git: Git, name: string, remote: string, patience: Patience): Promise<string> {
  const commit = (await readRemoteRefs(git, remote, [name], patience)).get(name) ?? '';
  if (commit === '') return '';
  // In a shallow clone its history would come whole: one commit is all that a base needs.
  await fetchCommit(git, remote, commit, patience, ...((await isShallow(git)) ? ['--depth=1'] : []));
  return commit;
}
