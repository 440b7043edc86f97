/** What a remote holds, as it says itself (clause 10), and commits brought from there. */
import { readFileSync } from 'node:fs';
import { backOff, CONNECTION_ATTEMPTS, isTransient, type Patience } from './backoff.ts';
import { ignoreMissing } from './disk.ts';
import { TransactionError } from './errors.ts';
import { type Git, gitError } from './git.ts';
import { quote } from './paths.ts';

/** Runs a git command that talks to a remote; a connection that fails is tried again. Throws 65, or 62 on a full disk. */
export async function runRemotely(git: Git, args: readonly string[], patience: Patience): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await git.try(args, { signal: patience.signal });
    if (result.exitCode === 0) return result.stdout.toString();
    const said = gitError(args, result);
    const { attempts = CONNECTION_ATTEMPTS } = patience;
    if (attempt >= attempts || !isTransient(said.message)) throw said;
    await backOff(attempt, `${said.message}.`, patience);
  }
}

/**
 * Commits of the refs that exist, by full name; of an annotated tag the commit it names. Throws 65 when the remote
 * cannot be asked.
 */
export async function readRemoteRefs(
  git: Git,
  remote: string,
  refs: readonly string[],
  patience: Patience,
): Promise<Map<string, string>> {
  const args = ['ls-remote', '--quiet', remote, ...refs.flatMap((ref) => [ref, `${ref}^{}`])];
  const answer = await runRemotely(git, args, patience).catch((error) => {
    if (!(error instanceof TransactionError)) throw error;
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `remote ${quote(remote)} cannot be asked: ${error.message}`,
      {
        next: error.next ?? 'Check that the remote is there and that the token may read it.',
        tail: error.tail,
      },
    );
  });
  const lines = answer.split('\n').filter(Boolean);
  const found = new Map(lines.map((line) => line.split('\t').reverse() as [string, string]));
  // By the whole name: ls-remote matches its end, and another ref may end like ours.
  return new Map(
    refs.flatMap((ref) => {
      const commit = found.get(`${ref}^{}`) ?? found.get(ref);
      return commit === undefined ? [] : [[ref, commit] as const];
    }),
  );
}

export async function hasCommit(git: Git, commit: string): Promise<boolean> {
  return (await git.try(['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0;
}

/** Moves no ref but the one that tracks what is fetched. */
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];

/** Lets the tracking ref of a branch follow, as after a push, where the remote answers. */
export async function track(git: Git, remote: string, branch: string): Promise<void> {
  await git.try([...FETCH, remote, branch]);
}

/** Fetches a commit of the remote unless it is here. A full clone stays full, and a shallow one shallow. */
export async function fetchCommit(
  git: Git,
  remote: string,
  commit: string,
  patience: Patience,
  ...more: string[]
): Promise<void> {
  if (await hasCommit(git, commit)) return;
  await runRemotely(git, [...FETCH, ...more, remote, commit], patience);
}

/** True for a clone that does not have the whole of its history. */
export async function isShallow(git: Git): Promise<boolean> {
  return (await git.run(['rev-parse', '--is-shallow-repository'])) === 'true';
}

/** True where the history of `tip` is here to its beginning: a shallow clone has cut it nowhere. */
async function isWhole(git: Git, tip: string): Promise<boolean> {
  const path = await git.run(['rev-parse', '--path-format=absolute', '--git-path', 'shallow']);
  const cut = ignoreMissing(() => readFileSync(path, 'utf8'))?.split('\n') ?? [];
  if (cut.length === 0) return true;
  const roots = (await git.run(['rev-list', '--max-parents=0', tip])).split('\n');
  return !roots.some((root) => cut.includes(root));
}

/** How many commits more of history a shallow clone fetches to see whether a push landed. */
const DEEPER = [50, 500, 5000];

/**
 * Whether `tip`, where a branch of the remote is, has `commit` in its history; it was at `before`, which may be empty.
 * Throws 65 where a shallow clone cannot tell.
 */
export async function contains(
  git: Git,
  { remote, tip, commit, before }: { remote: string; tip: string; commit: string; before: string },
  patience: Patience,
): Promise<boolean> {
  await fetchCommit(git, remote, tip, patience);
  const isIn = async (one: string) => (await hasCommit(git, one)) && (await git.isAncestor(one, tip));
  for (const depth of [...DEEPER, undefined]) {
    if (await isIn(commit)) return true;
    // Its history is known back to where it was, or whole: the commit is not in it.
    if (before && (await isIn(before))) return false;
    if (await isWhole(git, tip)) return false;
    if (depth === undefined) break;
    await runRemotely(git, [...FETCH, `--deepen=${depth}`, remote, tip], patience);
  }
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `this clone is too shallow to tell whether ${tip} on ${quote(remote)} contains ${commit}`,
    { next: 'Fetch more of its history (git fetch --unshallow), then run again.' },
  );
}
