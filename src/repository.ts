/**
 * The repository as participant (clause 9): checkpoints, the commit through a private index, the branch by
 * compare-and-swap, the user's index for the target's paths only. No porcelain, no hooks, no signing.
 */
import { hash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as disk from './disk.ts';
import { effect } from './effect.ts';
import { errorCode, TransactionError } from './errors.ts';
import type { Git, GitOptions } from './git.ts';
import type { Identity } from './inputs.ts';
import { isHeld, temporaryObjects } from './orphans.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { workTreeOf } from './target.ts';

/** Where a repository is. All paths are absolute. */
export interface Layout {
  topLevel: string;
  gitDirectory: string;
  /** Shared by linked worktrees: the ledger and the lock stand here. */
  commonDirectory: string;
  index: string;
}

const MINIMUM_GIT = [2, 31];
const INDEX_LOCK_WAIT_MS = 15_000;
/** File times lag behind the clock by up to one tick of the kernel's. */
const CLOCK_TICK_MS = 20;

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

  #run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.#git.run(args, { signal: this.#signal, ...options });
  }

  /** What the message and the dates of the commit will be; before `prepare`. */
  describe(metadata: CommitMetadata): void {
    this.#metadata = metadata;
  }

  /**
   * Sets the checkpoint `pre-op` (clause 3.3): the base commit, or a snapshot on it where the target on disk
   * holds anything that git does not. Returns whether it holds nothing else. Leaves the private index at base with the target as it is on disk.
   */
  async checkpoint(by: Omit<CommitMetadata, 'message'>): Promise<boolean> {
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
    return this.#isClean;
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
    if (this.#checkedOut) await this.#lockIndex(this.#index);
    try {
      const move = ['update-ref', '-m', `atomic-publish: ${taskId}`, branch!, commit!, base!];
      await this.#run(move);
    } catch (error) {
      if (this.#checkedOut) await disk.remove(this.#indexLock);
      const now = await this.#git.run(['rev-parse', '--verify', branch!]).catch(() => 'nothing');
      if (now === base || now === commit) throw error;
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `branch ${quote(branch!)} moved from ${base} to ${now} while this transaction ran`,
        { cause: error, next: 'The other commit was kept. Run again on top of it.' },
      );
    }
    if (this.#checkedOut) await disk.rename(this.#indexLock, this.layout.index);
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
      ...[this.#indexLock, join(gitDirectory, 'HEAD.lock'), join(commonDirectory, 'packed-refs.lock')],
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

  get #indexLock(): string {
    return `${this.layout.index}.lock`;
  }

  /** Takes git's own lock of the index and leaves in it the index to come, on disk. */
  async #lockIndex(source: string): Promise<void> {
    await this.#fillIndexLock(async (before) => {
      const saved = this.#private('index.before');
      await disk.remove(saved);
      if (before !== undefined) await disk.createFile(saved, before);
      const bytes = await this.#withTargetOf(source, before);
      await this.#transaction.update({
        saved_index: before === undefined ? '' : saved,
        index_sha256: hash('sha256', bytes),
      });
      return bytes;
    });
  }

  /** Takes `index.lock`, and leaves in it, on disk, what `make` makes of the index's bytes. */
  async #fillIndexLock(make: (before: Buffer | undefined) => Promise<Buffer>): Promise<void> {
    await this.#takeIndexLock();
    try {
      const bytes = await make(disk.ignoreMissing(() => readFileSync(this.layout.index)));
      await effect('write index.lock', () => {
        const descriptor = openSync(this.#indexLock, 'r+');
        try {
          disk.writeAll(descriptor, bytes);
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
      });
    } catch (error) {
      await disk.remove(this.#indexLock);
      throw error;
    }
  }

  /** Creates `index.lock`, waiting for a git that holds it. */
  async #takeIndexLock(): Promise<void> {
    const deadline = Date.now() + INDEX_LOCK_WAIT_MS;
    for (;;) {
      try {
        return await disk.createFile(this.#indexLock, '');
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
        if (Date.now() > deadline) {
          throw new TransactionError(
            'ATOMIC_COMMIT_FAILED',
            `${this.#indexLock} exists: another git process works on this index, or was killed while it did`,
            { cause: error, next: 'Let it end; if none is running, remove that file.' },
          );
        }
        await setTimeout(50, undefined, { signal: this.#signal });
      }
    }
  }

  /** The index `before` with the target's entries of `source`, refreshed against their files. */
  async #withTargetOf(source: string, before: Buffer | undefined): Promise<Buffer> {
    const index = this.#private('index.after');
    await disk.remove(index);
    if (before !== undefined) await disk.createFile(index, before);
    const literal = '--literal-pathspecs';
    const path = ['--', this.path];
    const list = (options: GitOptions, ...args: string[]) =>
      this.#run([literal, 'ls-files', '-z', ...args, ...path], options);
    const gone = (await list({ index })).split('\0').filter(Boolean);
    const none = '0'.repeat(this.#record.base_sha!.length);
    // Not `git rm`: it leaves entries that a sparse checkout marks.
    const removals = [...new Set(gone)].map((name) => `0 ${none}\t${name}\0`).join('');
    const entries = await list({ index: source }, '--stage');
    await this.#run(['update-index', '-z', '--index-info'], { index, input: removals + entries });
    if (entries !== '')
      await this.#run([literal, 'add', '--refresh', ...path], { index, workTree: this.layout.topLevel });
    return readFileSync(index);
  }

  /** Puts branch and index back; leaves alone what others moved since, and says so (66). */
  async rollback(): Promise<void> {
    const {
      branch,
      base_sha: base,
      commit_sha: commit,
      task_id: taskId,
      index_sha256: written,
    } = this.#record;
    if (commit === null) return;
    this.#signal = undefined;
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
    if (written !== null) await this.#restoreIndex(written);
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  /** The index as it was saved; where someone has written another meanwhile, the target's entries in it. */
  async #restoreIndex(written: string): Promise<void> {
    const saved = this.#record.saved_index!;
    const before = saved === '' ? undefined : readFileSync(saved);
    const now = disk.ignoreMissing(() => readFileSync(this.layout.index));
    if (now === undefined || before?.equals(now)) return;
    if (before === undefined) return disk.remove(this.layout.index);
    await this.#fillIndexLock(async (current = before) =>
      hash('sha256', current) === written ? before : this.#withTargetOf(saved, current),
    );
    await disk.rename(this.#indexLock, this.layout.index);
  }

  /** Completes `commit` after a crash past the commit point: the branch where it was pushed, the index in line. */
  async finish(): Promise<void> {
    const {
      branch,
      base_sha: base,
      commit_sha: commit,
      task_id: taskId,
      index_sha256: written,
    } = this.#record;
    this.#signal = undefined;
    await this.removeStaleLocks();
    if ((await this.inspect()) === 'base') {
      await this.#git.run(['update-ref', '-m', `atomic-publish: ${taskId}`, branch!, commit!, base!]);
    }
    const now = disk.ignoreMissing(() => readFileSync(this.layout.index));
    if (this.#checkedOut && (now === undefined || hash('sha256', now) !== written)) {
      const source = this.#private('index.commit');
      await this.#git.run(['read-tree', '--reset', commit!], { index: source });
      await this.#lockIndex(source);
      await disk.rename(this.#indexLock, this.layout.index);
    }
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  async complete(): Promise<void> {}
}
