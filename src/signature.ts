/**
 * A commit that GitHub signs (clause 10, docs/adr/0008): the objects arrive under a ref of ours, the API makes the same
 * commit again and signs it, and moves the branch to it. git deletes the ref afterwards.
 */
import type { Patience } from './backoff.ts';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { GitHub, type GitHubPlace } from './github.ts';
import { quote } from './paths.ts';
import type { Answer } from './push.ts';
import { runRemotely } from './remote-refs.ts';

/** Throws 65 where GitHub cannot be asked. */
export function requireGitHub(place: GitHubPlace | undefined, patience: Patience): GitHub {
  if (place) return new GitHub(place, patience);
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    'GitHub cannot be asked: there is no token or no repository',
    { next: 'Give token a token of an app, such as the job token, in a workflow of GitHub.' },
  );
}

/** Sends the objects in one pack and has GitHub make the same commit and sign it. Returns its id. Throws 65. */
export async function sign(
  git: Git,
  github: GitHub,
  { commit, remote, ref }: { commit: string; remote: string; ref: string },
  patience: Patience,
): Promise<string> {
  const args = ['push', '--quiet', '--force', '--no-verify', remote, `${commit}:${ref}`];
  await runRemotely(git, args, patience);
  const text = await git.run(['cat-file', 'commit', commit]);
  const headers = text.slice(0, text.indexOf('\n\n')).split('\n');
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const message = `${text.slice(text.indexOf('\n\n') + 2)}\n`;
  return github.createCommit({ message, tree: values('tree')[0]!, parents: values('parent') });
}

/** Moves the remote branch to a signed commit. */
export async function fastForward(github: GitHub, branch: string, commit: string): Promise<Answer> {
  const { error, why } = await github.fastForward(branch, commit);
  if (error === undefined) return { kind: 'accepted' };
  return why === undefined ? { kind: 'unknown', error } : { kind: 'refused', why, error };
}

export async function removeTemporaryRef(
  git: Git,
  { remote, ref }: { remote: string; ref: string },
  patience: Patience,
): Promise<void> {
  await runRemotely(git, ['push', '--quiet', '--no-verify', remote, `:${ref}`], patience);
}

/** 65 for a signed commit to a branch that is to be made: the call that moves a branch makes none. */
export function noBranch(branch: string, remote: string): TransactionError {
  return new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(remote)} has no branch ${quote(branch)}, and with sign: github one that exists can be moved only`,
    { next: 'Push the branch once, or publish to it the first time with sign set to none.' },
  );
}
