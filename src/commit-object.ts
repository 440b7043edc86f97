/** A commit with nothing of the machine in it (clause 9): author, committer, dates and zone are given. */
import type { Git } from './git.ts';
import type { Identity } from './input-values.ts';

/** Who commits where nobody is named. */
export const MACHINE: Identity = {
  name: 'Atomic Publish',
  email: 'atomic-publish@users.noreply.github.com',
};

export interface CommitMetadata {
  message: string;
  author: Identity;
  /** Seconds since the epoch, UTC. */
  date: number;
}

/** Makes a commit object and moves no ref. Equal arguments give the same id. */
export function commitTree(
  git: Git,
  tree: string,
  parents: readonly string[],
  { message, author, date }: CommitMetadata,
  signal: AbortSignal | undefined,
): Promise<string> {
  const when = `@${date} +0000`;
  const lineage = parents.flatMap((parent) => ['-p', parent]);
  return git.run(['commit-tree', '--no-gpg-sign', ...lineage, '-F', '-', tree], {
    input: message,
    signal,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: when,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
      GIT_COMMITTER_DATE: when,
    },
  });
}

/** Makes a commit again with another tree, and on `parent` where one is given; all else stays but a signature, which goes. */
export async function remakeCommit(
  git: Git,
  commit: string,
  tree: string,
  parent: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { stdout } = await git.try(['cat-file', 'commit', commit], { signal });
  const end = stdout.indexOf('\n\n');
  const headers = stdout
    .subarray(0, end)
    .toString('latin1')
    .split(/\n(?! )/); // A line that starts with a space goes on.
  const isKept = (line: string) =>
    !/^(tree|gpgsig|gpgsig-sha256|mergetag) /.test(line) &&
    (parent === undefined || !line.startsWith('parent '));
  const on = parent === undefined ? [] : [`parent ${parent}`];
  const head = [`tree ${tree}`, ...on, ...headers.filter(isKept)].join('\n');
  const input = Buffer.concat([Buffer.from(head, 'latin1'), stdout.subarray(end)]);
  return git.run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input, signal });
}
