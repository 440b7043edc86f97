/**
 * The checkpoint `pre-op` of a publish (clause 3.3): the base commit, or a snapshot on it where the target on disk holds
 * anything that git does not.
 */
import { existsSync } from 'node:fs';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import * as disk from './disk.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import type { Record } from './record.ts';
import { copyIndex } from './snapshots.ts';
import { addTarget } from './target-index.ts';

interface CheckpointPlace {
  record: Readonly<Record>;
  layout: Layout;
  /** The target as git names it. */
  path: string;
  /** The private index, which holds the base and the target afterwards. */
  index: string;
  by: Omit<CommitMetadata, 'message'>;
}

/** Sets it, unless it stands at `known` already; empty: it is not set yet. Returns where it stands. */
export async function setCheckpoint(
  git: Git,
  place: CheckpointPlace,
  known: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { record, layout, path, index, by } = place;
  const { id, task_id: taskId, base_sha: base, target } = record;
  const options = { index, signal };
  const exists = existsSync(target);
  if (known === '') await readBase(git, place, exists, signal);
  let commit = base!;
  if (exists) {
    await addTarget(git, path, { ...options, workTree: layout.topLevel });
    const [tree, baseTree] = await Promise.all([
      git.run(['write-tree'], options),
      git.run(['rev-parse', `${base}^{tree}`], { signal }),
    ]);
    if (tree !== baseTree) {
      const message = `PRE-OP: ${taskId}\n\nThe target as it was on disk.\n`;
      commit = await commitTree(git, tree, [base!], { ...by, message }, signal);
    }
  }
  if (commit !== known) await git.run(['update-ref', `refs/atomic/${id}/pre-op`, commit], { signal });
  return commit;
}

/**
 * Reads the base into the private index. Where the target is to be compared with it, from a copy of the user's: it
 * knows which files have not changed since they were hashed, and git need not read them. Not where it says of a file
 * that nobody is to look.
 */
async function readBase(
  git: Git,
  { record, layout, path, index }: CheckpointPlace,
  isCompared: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { index, signal };
  const read = ['read-tree', '--reset', record.base_sha!];
  const isCopied = isCompared && (await copyIndex(layout.index, index));
  if (isCopied && (await git.try(read, options)).exitCode === 0) {
    const listed = await git.run(['--literal-pathspecs', 'ls-files', '-v', '-z', '--', path], options);
    if (!/(^|\0)[a-zS] /.test(listed)) return;
  }
  await disk.remove(`${index}.lock`);
  await disk.remove(index);
  await git.run(read, options);
}
