/** Where a repository is, and which branch a transaction moves from which commit. Reads only. */
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { quote } from './paths.ts';

/** Where a repository is. All paths are absolute. */
export interface Layout {
  topLevel: string;
  gitDirectory: string;
  /** Shared by linked worktrees: the ledger and the lock stand here. */
  commonDirectory: string;
  index: string;
}

const MINIMUM_GIT = [2, 31];

/** Finds the repository of the working directory; `undefined` when there is none. Throws 65 for an old git. */
export async function findRepository(git: Git): Promise<Layout | undefined> {
  const version = /(\d+)\.(\d+)/.exec(await git.run(['version']));
  const [major = 0, minor = 0] = [Number(version?.[1]), Number(version?.[2])];
  if (major < MINIMUM_GIT[0]! || (major === MINIMUM_GIT[0] && minor < MINIMUM_GIT[1]!)) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `git 2.31 or later is needed; this is ${version?.[0]}`,
    );
  }
  const ask = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--absolute-git-dir'];
  const answer = await git.try([...ask, '--git-common-dir', '--git-path', 'index']);
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
}

/** Full name of the checked-out branch; `undefined` for a detached head. */
export async function readCurrentBranch(git: Git): Promise<string | undefined> {
  const head = await git.try(['symbolic-ref', '--quiet', 'HEAD']);
  return head.exitCode === 0 ? head.stdout.toString().trim() : undefined;
}

/** Reads the branch to move (clause 2.1, `branch`). Throws 65 for a detached head without one. */
export async function readBase(git: Git, branch: string | undefined): Promise<Base> {
  const current = await readCurrentBranch(git);
  if (branch === undefined && current === undefined) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      'HEAD is detached and input branch is empty: no branch to move',
      {
        next: 'Give branch the name of the branch to publish to.',
      },
    );
  }
  const name = branch === undefined ? current! : `refs/heads/${branch.replace(/^refs\/heads\//, '')}`;
  if ((await git.try(['check-ref-format', name])).exitCode !== 0) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `input branch holds ${quote(branch ?? '')}; it may hold the name of a branch`,
    );
  }
  const commit = await git.try(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  if (commit.exitCode !== 0) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `branch ${quote(name)} has no commit in this repository`,
      { next: 'Check the branch out first, with at least one commit.' },
    );
  }
  return { branch: name, sha: commit.stdout.toString().trim() };
}
