/**
 * The repository as participant (clause 9): checkpoints, the commit through a private index, the branch by
 * compare-and-swap, the user's index for the target's paths only. No porcelain, no hooks, no signing.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import type { Git, GitOptions } from './git.ts';
import type { Identity } from './inputs.ts';
import type { Layout } from './layout.ts';
import { isHeld, temporaryObjects } from './orphans.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { workTreeOf } from './target.ts';
import { UserIndex } from './user-index.ts';

/** File times lag behind the clock by up to one tick of the kernel's. */
const CLOCK_TICK_MS = 20;

export interface CommitMetadata {
  message: string;
  author: Identity;
  /** Seconds since the epoch, UTC. */
  date: number;
}

export class Repository implements Participant {
  readonly name = 'repository';
  readonly layout: Layout;
  readonly #transaction: Transaction;
  readonly #git: Git;
  #signal: AbortSignal | undefined;
  readonly #checkedOut: boolean;
  readonly #userIndex: UserIndex;
  #metadata: CommitMetadata | undefined;
  #isClean = false;

  constructor(
    transaction: Transaction,
    options: { git: Git; layout: Layout; checkedOut: boolean; signal?: AbortSignal | undefined },
  ) {
    this.#transaction = transaction;
    this.#git = options.git;
    this.layout = options.layout;
    this.#signal = options.signal;
    this.#checkedOut = options.checkedOut;
    this.#userIndex = new UserIndex(transaction, options.git, options.layout, this.path, options.signal);
  }

  get #record() {
    return this.#transaction.record;
  }

  /** The target as git names it: relative to the top level, `/`-separated. */
  get path(): string {
    return relative(this.layout.topLevel, this.#record.target).split(sep).join('/');
  }

  #private(name: string): string {
    return join(this.#transaction.privateDirectory, name);
  }

  get #index(): string {
    return this.#private('index');
  }

  #ignoreCancellation(): void {
    this.#signal = undefined;
    this.#userIndex.ignoreCancellation();
  }

  #run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.#git.run(args, { signal: this.#signal, ...options });
  }

  /** What the message and the dates of the commit will be; before `prepare`. */
  describe(metadata: CommitMetadata): void {
    this.#metadata = metadata;
  }

  /**
   * Sets the checkpoint `pre-op` (clause 3.3): the base commit, or a snapshot on it where the target on disk
   * holds anything that git does not.
   */
  async checkpoint(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const { id, task_id: taskId, base_sha: base, target } = this.#record;
    await this.#run(['read-tree', '--reset', base!], { index: this.#index });
    let commit = base!;
    if (existsSync(target)) {
      await this.#addTarget(this.layout.topLevel);
      const tree = await this.#run(['write-tree'], { index: this.#index });
      if (tree !== (await this.#run(['rev-parse', `${base}^{tree}`]))) {
        const message = `PRE-OP: ${taskId}\n\nThe target as it was on disk.\n`;
        commit = await this.#commitTree(tree, { ...by, message });
      }
    }
    await this.#run(['update-ref', `refs/atomic/${id}/pre-op`, commit]);
    this.#isClean = commit === base;
  }

  /** Adds the target below `workTree` to the private index, ignored files too; attributes and filters apply. */
  async #addTarget(workTree: string): Promise<void> {
    const args = ['--literal-pathspecs', 'add', '--all', '--force', '--', this.path];
    await this.#run(args, { index: this.#index, workTree });
  }

  /** True when the base commit holds the target exactly as it is on disk. After `checkpoint`. */
  get isClean(): boolean {
    return this.#isClean;
  }

  #commitTree(tree: string, { message, author, date }: CommitMetadata): Promise<string> {
    const when = `@${date} +0000`;
    return this.#run(['commit-tree', '--no-gpg-sign', '-p', this.#record.base_sha!, '-F', '-', tree], {
      input: message,
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

  /**
   * Makes the tree and the commit and syncs them (clause 3.9). No ref of the user moves: from here only the
   * compare-and-swap can fail. git syncs neither its objects nor its directories by default, so that our own
   * barrier makes the promise.
   */
  async prepare(): Promise<void> {
    const { id, staging } = this.#record;
    await this.#addTarget(workTreeOf(staging));
    const tree = await this.#run(['write-tree'], { index: this.#index });
    const commit = await this.#commitTree(tree, this.#metadata!);
    await this.#run(['update-ref', `refs/atomic/${id}/op-exec`, commit]);
    await disk.syncFileSystem(this.layout.commonDirectory);
    await this.#transaction.update({ commit_sha: commit });
  }

  /** Moves the branch by compare-and-swap and brings the user's index in line for the target's paths (clause 3.12). */
  async commit(): Promise<void> {
    const { branch, base_sha: base, commit_sha: commit, task_id: taskId } = this.#record;
    if (this.#checkedOut) await this.#userIndex.prepare(this.#index);
    try {
      const move = ['update-ref', '-m', `atomic-publish: ${taskId}`, branch!, commit!, base!];
      await this.#run(move);
    } catch (error) {
      if (this.#checkedOut) await this.#userIndex.release();
      const now = await this.#git.run(['rev-parse', '--verify', branch!]).catch(() => 'nothing');
      if (now === base || now === commit) throw error;
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `branch ${quote(branch!)} moved from ${base} to ${now} while this transaction ran`,
        { cause: error, next: 'The other commit was kept. Run again on top of it.' },
      );
    }
    if (this.#checkedOut) await this.#userIndex.commit();
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  /** Where the branch is, for recovery. */
  async inspect(): Promise<'base' | 'commit' | 'other'> {
    const { branch, base_sha: base, commit_sha: commit } = this.#record;
    const result = await this.#git.try(['rev-parse', '--verify', '--quiet', branch!]);
    const now = result.stdout.toString().trim();
    if (now === commit) return 'commit';
    return now === base ? 'base' : 'other';
  }

  /**
   * Removes the locks and unfinished objects that a killed git left in this repository: names this transaction
   * could have taken, made since it began, and with no living process that may hold them (clause 12).
   */
  async removeStaleLocks(): Promise<void> {
    const { branch, id, remote, began_at: beganAt } = this.#record;
    const { topLevel, gitDirectory, commonDirectory } = this.layout;
    const tracking = remote && `refs/remotes/${remote}/${branch!.replace('refs/heads/', '')}`;
    const refs = [branch!, ...['pre-op', 'op-exec'].map((name) => `refs/atomic/${id}/${name}`), tracking];
    const locks = [
      ...[this.#userIndex.lock, join(gitDirectory, 'HEAD.lock'), join(commonDirectory, 'packed-refs.lock')],
      ...refs.filter((ref) => ref !== null).map((ref) => join(commonDirectory, `${ref}.lock`)),
    ];
    const objects = join(commonDirectory, 'objects');
    const folders = (disk.ignoreMissing(() => readdirSync(objects)) ?? []).map((name) => join(objects, name));
    const unfinished = folders.flatMap((folder) =>
      temporaryObjects(folder).map((name) => join(folder, name)),
    );
    for (const path of [...locks, ...unfinished]) {
      const madeAt = disk.ignoreMissing(() => lstatSync(path))?.mtimeMs;
      if (madeAt === undefined || madeAt < Date.parse(beganAt) - CLOCK_TICK_MS) continue;
      if (isHeld(path, [topLevel, commonDirectory])) continue;
      await disk.remove(path);
    }
  }

  /** Puts branch and index back; leaves alone what others moved since, and says so (66). */
  async rollback(): Promise<void> {
    const { branch, base_sha: base, commit_sha: commit, task_id: taskId } = this.#record;
    if (commit === null) return;
    this.#ignoreCancellation();
    const now = await this.#git.run(['rev-parse', '--verify', branch!]);
    if (now === commit) {
      const back = ['update-ref', '-m', `atomic-publish: rolled back ${taskId}`, branch!, base!, commit];
      await this.#git.run(back);
    } else if (now !== base && (await this.#git.isAncestor(commit, now))) {
      throw new TransactionError(
        'ROLLBACK_FAILED',
        `branch ${quote(branch!)} is at ${now}, on top of this transaction's commit ${commit}: it cannot go back to ${base}`,
        { next: 'It was left alone. See docs/recovery.md, "A branch that someone else moved".' },
      );
    }
    await this.#userIndex.restore();
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  /** Completes `commit` after a crash past the commit point: the branch where it was pushed, the index in line. */
  async finish(): Promise<void> {
    const { branch, base_sha: base, commit_sha: commit, task_id: taskId } = this.#record;
    this.#ignoreCancellation();
    await this.removeStaleLocks();
    if ((await this.inspect()) === 'base') {
      await this.#git.run(['update-ref', '-m', `atomic-publish: ${taskId}`, branch!, commit!, base!]);
    }
    if (this.#checkedOut && !this.#userIndex.isWritten) {
      const source = this.#private('index.commit');
      await this.#git.run(['read-tree', '--reset', commit!], { index: source });
      await this.#userIndex.prepare(source);
      await this.#userIndex.commit();
    }
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  async complete(): Promise<void> {}
}
