/**
 * The checkpoint `pre-op` of a publish (clause 3.3): the base commit, or a snapshot on it where the target on disk holds
 * anything that git does not.
 */
import { hash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import * as disk from './disk.ts';
import { hasMarks, rootTreeOf } from './index-file.ts';
import type { Layout } from './layout.ts';
import { formatOf } from './object-id.ts';
import type { Transaction } from './participant.ts';
import { requireReadable } from './preconditions.ts';
import type { Quarantine } from './quarantine.ts';
import { copyIndex } from './snapshots.ts';
import { LINK } from './submodules.ts';
import { addTarget, listEntries, nameOf } from './target-index.ts';

interface CheckpointPlace {
  transaction: Transaction;
  layout: Layout;
  /** The target as git names it. */
  path: string;
  /** The private index, which holds the base and the target afterwards. */
  index: string;
  quarantine: Quarantine;
}

export class Checkpoint {
  readonly #place: CheckpointPlace;
  #commit = '';
  /** Digest of what the base holds at the target, once that is compared, and the base's tree, where git notes it in the index. */
  #base = '';
  #baseTree: string | undefined;
  /** Digest of the private index as this left it. */
  #index = '';
  #submodules: readonly string[] | undefined;

  constructor(place: CheckpointPlace) {
    this.#place = place;
  }

  /** Where it stands; empty: it is not set yet. */
  get commit(): string {
    return this.#commit;
  }

  /** The submodules of the base at the target: on disk, where they are not checked out, nothing shows them. */
  get submodules(): readonly string[] {
    return this.#submodules ?? [];
  }

  /** Sets it on the target as it is now; once more where that may have changed. */
  async set(by: Omit<CommitMetadata, 'message'>, signal: AbortSignal | undefined): Promise<void> {
    const { transaction, layout, path, index, quarantine } = this.#place;
    const { task_id: taskId, base_sha: base, target } = transaction.record;
    const { git } = quarantine;
    const options = { index, signal };
    const format = formatOf(base!);
    const digest = async () => hash('sha256', (await listEntries(git, path, format, options)).join('\0'));
    const exists = existsSync(target);
    // Also where a command has laid hands on the private index.
    if (this.#index === '' || this.#index !== digestOf(index)) {
      await readBase(this.#place, exists, signal);
    }
    let commit = base!;
    if (exists) {
      this.#submodules ??= (await listEntries(git, path, format, options, LINK)).map(nameOf);
      if (this.#base === '') {
        // Nothing has been added yet.
        this.#base = await digest();
        this.#baseTree = rootTreeOf(index, format);
      }
      try {
        await addTarget(git, path, { ...options, workTree: layout.topLevel, format });
      } catch (error) {
        requireReadable(target); // Of a file that it may not read git says less.
        throw error;
      }
      // git forgets which tree it is also where it has only looked at a file once more.
      const isKnown = this.#baseTree !== undefined && rootTreeOf(index, format) === this.#baseTree;
      if (!isKnown && (await digest()) !== this.#base) {
        const tree = await git.run(['write-tree'], options);
        const message = `PRE-OP: ${taskId}\n\nThe target as it was on disk.\n`;
        commit = await commitTree(git, tree, [base!], { ...by, message }, signal);
      }
    }
    // What the checkpoint names stays in the clone, also where nothing is published.
    if (commit !== base && commit !== this.#commit) await quarantine.release();
    if (commit !== this.#commit) await git.run(['update-ref', transaction.ref('pre-op'), commit], { signal });
    this.#commit = commit;
    this.#index = digestOf(index);
  }
}

/** Digest of a file; empty where none stands there. */
function digestOf(file: string): string {
  const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile();
  return isFile ? hash('sha256', readFileSync(file)) : '';
}

/**
 * Reads the base into the private index. Where the target is to be compared with it, from a copy of the user's: it
 * knows which files have not changed since they were hashed, and git need not read them. Not where it says of a file
 * that nobody is to look, or of any that it is to be added some day: to `write-tree` that one is not there.
 */
async function readBase(
  { transaction, layout, path, index, quarantine: { git } }: CheckpointPlace,
  isCompared: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { index, signal };
  const base = transaction.record.base_sha!;
  const read = ['read-tree', '--reset', base];
  const isCopied = isCompared && (await copyIndex(layout.index, index));
  if (isCopied && (await git.try(read, options)).exitCode === 0) {
    if (!hasMarks(index, formatOf(base), path)) return;
  }
  await disk.remove(`${index}.lock`);
  await disk.remove(index);
  await git.run(read, options);
}
