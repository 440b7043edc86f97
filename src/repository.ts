/**
 * The repository as participant (clause 9): checkpoints, the commit through a private index, the branch by
 * compare-and-swap, the user's index for the target's paths only. No porcelain, no hooks, no signing.
 */
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type CommitMetadata, commitTree, remakeCommit } from './commit-object.ts';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import type { Git, GitOptions } from './git.ts';
import { commitAt, type Layout, sameAt } from './layout.ts';
import type { Operation } from './operation.ts';
import { indexOutputs, type Packing } from './outputs.ts';
import { formatOf } from './pack.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { fetchCommit, hasCommit } from './remote-refs.ts';
import { type Change, commitsBetween, remoteMoved, requireReplayable, treeDiff } from './replay.ts';
import { copyIndex } from './snapshots.ts';
import { removeStaleLocks } from './stale-locks.ts';
import { workTreeOf } from './target.ts';
import { addTarget } from './target-index.ts';
import type { Tree } from './tree.ts';
import { UserIndex } from './user-index.ts';

export class Repository implements Participant {
  readonly name = 'repository';
  readonly layout: Layout;
  readonly #transaction: Transaction;
  readonly #git: Git;
  #signal: AbortSignal | undefined;
  readonly #checkedOut: boolean;
  readonly #userIndex: UserIndex;
  /** What edits the working tree in place, where there is no target. */
  readonly #operation: Operation | undefined;
  readonly #say: (message: string) => void;
  #metadata: CommitMetadata | undefined;
  #outputs: Tree | undefined;
  readonly #packing: Packing;
  #phases: Record<'OP-EXEC' | 'POST-OP', CommitMetadata> | undefined;
  #isClean = false;
  /** The checkpoint of that name, once it is set. */
  #preOp = '';
  #isInLine = false;

  constructor(
    transaction: Transaction,
    options: {
      git: Git;
      layout: Layout;
      checkedOut: boolean;
      say: (message: string) => void;
      signal?: AbortSignal | undefined;
      operation?: Operation | undefined;
      packing: Packing;
    },
  ) {
    this.#transaction = transaction;
    this.#git = options.git;
    this.layout = options.layout;
    this.#signal = options.signal;
    this.#checkedOut = options.checkedOut;
    this.#say = options.say;
    this.#operation = options.operation;
    this.#packing = options.packing;
    const scope = this.#operation?.indexScope ?? { path: this.path };
    this.#userIndex = new UserIndex(transaction, scope, options);
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

  /** What the message and the dates of the commit will be, and what it holds at the target; before `prepare`. */
  describe(metadata: CommitMetadata, outputs?: Tree): void {
    this.#metadata = metadata;
    this.#outputs = outputs;
  }

  /** The same for the commits of `history: phases`. */
  describePhases(phases: Record<'OP-EXEC' | 'POST-OP', CommitMetadata>): void {
    this.#phases = phases;
  }

  /**
   * Sets the checkpoint `pre-op` (clause 3.3): the base commit, or a snapshot on it where the target on disk
   * holds anything that git does not.
   */
  async checkpoint(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const { id, task_id: taskId, base_sha: base, target } = this.#record;
    const exists = existsSync(target);
    if (this.#preOp === '') await this.#readBase(exists);
    let commit = base!;
    if (exists) {
      await this.#addTarget(this.layout.topLevel);
      const tree = await this.#run(['write-tree'], { index: this.#index });
      if (tree !== (await this.#run(['rev-parse', `${base}^{tree}`]))) {
        const message = `PRE-OP: ${taskId}\n\nThe target as it was on disk.\n`;
        commit = await this.#commitTree(tree, base!, { ...by, message });
      }
    }
    if (commit !== this.#preOp) await this.#run(['update-ref', `refs/atomic/${id}/pre-op`, commit]);
    this.#preOp = commit;
    this.#isClean = commit === base;
  }

  /**
   * Reads the base into the private index. Where the target is to be compared with it, from a copy of the user's: it
   * knows which files have not changed since they were hashed, and git need not read them. Not where it says of a file
   * that nobody is to look.
   */
  async #readBase(isCompared: boolean): Promise<void> {
    const options = { index: this.#index };
    const read = ['read-tree', '--reset', this.#record.base_sha!];
    const isCopied = isCompared && (await copyIndex(this.layout.index, this.#index));
    if (isCopied && (await this.#git.try(read, options)).exitCode === 0) {
      const listed = await this.#run(
        ['--literal-pathspecs', 'ls-files', '-v', '-z', '--', this.path],
        options,
      );
      if (!/(^|\0)[a-zS] /.test(listed)) return;
    }
    await disk.remove(`${this.#index}.lock`);
    await disk.remove(this.#index);
    await this.#run(read, options);
  }

  /** Adds the target below `workTree` to the private index. */
  #addTarget(workTree: string): Promise<void> {
    return addTarget(this.#git, this.path, { index: this.#index, workTree, signal: this.#signal });
  }

  /** True when the base commit holds the target exactly as it is on disk. After `checkpoint`. */
  get isClean(): boolean {
    return this.#isClean;
  }

  #commitTree(tree: string, parent: string, metadata: CommitMetadata): Promise<string> {
    return commitTree(this.#git, tree, [parent], metadata, this.#signal);
  }

  /**
   * Makes the tree and the commit and syncs them (clause 3.9). No ref of the user moves: from here only the
   * compare-and-swap can fail. git syncs neither its objects nor its directories by default, so that our own
   * barrier makes the promise.
   */
  async prepare(): Promise<void> {
    const { base_sha: base, tag } = this.#record;
    const tagged = tag === null ? '' : await commitAt(this.#git, tag);
    if (tagged !== '') throw tagExists(tag!, tagged, 'this clone');
    let commit: string;
    if (this.#operation) commit = await this.#commitOperation(this.#operation);
    else {
      const tree = await this.#treeOf(this.#outputs!);
      commit = await this.#commitTree(tree, base!, this.#metadata!);
    }
    await this.#keep(commit, this.#operation ? 'commit' : 'op-exec');
    await this.#transaction.update({ commit_sha: commit, local_sha: commit });
  }

  /** The tree of the private index with the outputs, as they stand in staging, in the place of the target. */
  async #treeOf(outputs: Tree): Promise<string> {
    await indexOutputs(this.#git, {
      index: this.#index,
      workTree: workTreeOf(this.#record.staging),
      path: this.path,
      tree: outputs,
      objects: this.#git.objects ?? join(this.layout.commonDirectory, 'objects'),
      format: formatOf(this.#record.base_sha!),
      packing: this.#packing,
      signal: this.#signal,
    });
    return this.#run(['write-tree'], { index: this.#index });
  }

  /** What publishing would change of the base, file by file, and the base's own manifest (mode `check`). */
  async differences(outputs: Tree): Promise<{ changes: Change[]; manifest: Buffer | undefined }> {
    const { base_sha: base, manifest } = this.#record;
    await this.#run(['read-tree', '--reset', base!], { index: this.#index });
    const tree = await this.#treeOf(outputs);
    const args = ['cat-file', 'blob', `${base}:${this.path}/${manifest}`];
    const { exitCode, stdout } = await this.#git.try(args, { signal: this.#signal });
    return {
      changes: await treeDiff(this.#git, base!, tree, this.#signal),
      manifest: exitCode === 0 ? stdout : undefined,
    };
  }

  /** The base with what the operation changed, and nothing of what the user had changed before. */
  async #commitOperation(operation: Operation): Promise<string> {
    const { base_sha: base, history } = this.#record;
    await this.#run(['read-tree', '--reset', base!], { index: this.#index });
    await this.#apply(await operation.changes(), this.#index);
    const tree = await this.#run(['write-tree'], { index: this.#index });
    if (history === 'single') return this.#commitTree(tree, base!, this.#metadata!);
    const parent = await operation.lastCommit();
    const exec = await this.#commitTree(tree, parent, this.#phases!['OP-EXEC']);
    return this.#commitTree(tree, exec, this.#phases!['POST-OP']);
  }

  /** Writes the after-side of changes into an index. */
  async #apply(changes: readonly Change[], index: string): Promise<void> {
    const input = changes.map(({ path, after }) => `${after.mode} ${after.id}\t${path}\0`).join('');
    await this.#run(['update-index', '-z', '--index-info'], { index, input });
  }

  /** Sets a checkpoint on the commit as it is now. */
  async keepAs(checkpoint: string): Promise<void> {
    await this.#run(['update-ref', `refs/atomic/${this.#record.id}/${checkpoint}`, this.#record.local_sha!]);
  }

  /** True without a tag, or where it stands in this clone on the target as the base commit holds it. */
  async carriesTag(): Promise<boolean> {
    const { tag, base_sha: base } = this.#record;
    return tag === null || sameAt(this.#git, this.path, base!, await commitAt(this.#git, tag));
  }

  /** Makes a commit of ours durable, with a ref that keeps it from git's own cleaning. */
  async #keep(commit: string, checkpoint: string): Promise<void> {
    await this.#run(['update-ref', `refs/atomic/${this.#record.id}/${checkpoint}`, commit]);
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  /** Moves the branch by compare-and-swap and brings the user's index in line for the target's paths (clause 3.12). */
  async commit(): Promise<void> {
    const { branch, branch_sha: before, local_sha: commit, tag, task_id: taskId } = this.#record;
    if (this.#checkedOut) await this.#userIndex.prepare(this.#index);
    try {
      // An operation may have made commits of its own.
      const from = this.#operation ? this.#operation.tip : before;
      const moves = [`update ${branch} ${commit} ${from || this.#absent}`];
      if (tag !== null) moves.push(`create ${tag} ${commit}`);
      await this.#moveRefs(moves, `atomic-publish: ${taskId}`, this.#signal);
    } catch (error) {
      if (this.#checkedOut) await this.#userIndex.release();
      const now = await commitAt(this.#git, branch!).catch(() => 'nothing');
      if (now === before || now === commit) throw error;
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `branch ${quote(branch!)} moved from ${before || 'nothing'} to ${now || 'nothing'} while this transaction ran`,
        { cause: error, next: 'The other commit was kept. Run again on top of it.' },
      );
    }
    if (this.#checkedOut) await this.#userIndex.commit();
    await disk.syncFileSystem(this.layout.commonDirectory);
    this.#isInLine = true;
  }

  /** All of the refs move, or none. */
  async #moveRefs(moves: readonly string[], why: string, signal?: AbortSignal): Promise<void> {
    if (moves.length === 0) return;
    await this.#git.run(['update-ref', '-m', why, '--stdin'], { input: `${moves.join('\n')}\n`, signal });
  }

  /** How git writes the value of a ref that does not exist. */
  get #absent(): string {
    return '0'.repeat(this.#record.base_sha!.length);
  }

  /** Where the branch is, for recovery. */
  async inspect(): Promise<'base' | 'commit' | 'other'> {
    const { branch, branch_sha: before } = this.#record;
    const now = await commitAt(this.#git, branch!);
    if (this.#isOurs(now)) return 'commit';
    // Commits that an operation made are undone with it, and kept by a ref.
    return now === before || this.#operation ? 'base' : 'other';
  }

  #isOurs(commit: string): boolean {
    return commit !== '' && [this.#record.local_sha, this.#record.commit_sha].includes(commit);
  }

  /** Removes what a killed git left in this repository (clause 12). */
  removeStaleLocks(): Promise<void> {
    return removeStaleLocks(this.#transaction, this.layout);
  }

  /** Puts branch, tag and index back; leaves alone what others moved since, and says so (66). */
  async rollback(): Promise<void> {
    const { branch, branch_sha: before, local_sha: commit, tag, task_id: taskId } = this.#record;
    if (commit === null) return;
    this.#ignoreCancellation();
    const now = await commitAt(this.#git, branch!);
    const moves: string[] = [];
    if (this.#isOurs(now)) {
      moves.push(before === '' ? `delete ${branch} ${now}` : `update ${branch} ${before} ${now}`);
    } else if (now !== before && now !== '' && (await this.#git.isAncestor(commit, now))) {
      throw new TransactionError(
        'ROLLBACK_FAILED',
        `branch ${quote(branch!)} is at ${now}, on top of this transaction's commit ${commit}: it cannot go back to ${before}`,
        { next: 'It was left alone. See docs/recovery.md, "A branch that someone else moved".' },
      );
    }
    const tagged = tag === null ? '' : await commitAt(this.#git, tag);
    if (this.#isOurs(tagged)) moves.push(`delete ${tag} ${tagged}`);
    await this.#moveRefs(moves, `atomic-publish: rolled back ${taskId}`);
    await this.#userIndex.restore();
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  /**
   * Brings this clone to where the commit point is: after a replay or a signature the commit is another than the
   * local one, and after a crash anything may be missing. What stands in the way stays, and is said.
   */
  async complete(): Promise<void> {
    const { state, branch, branch_sha: before, local_sha: local, commit_sha: commit } = this.#record;
    const { base_sha: base, tag, remote, task_id: taskId } = this.#record;
    if (state !== 'COMMITTED' || commit === null) return;
    if (this.#isInLine && commit === local) return;
    if (!existsSync(this.#transaction.privateDirectory)) return; // It goes last: all of this was done before.
    this.#ignoreCancellation();
    const patience = { say: this.#say, signal: undefined };
    if (remote !== null && !(await hasCommit(this.#git, commit))) {
      // A signed one is the server's. Fetched by its branch, it takes the tracking ref along as a push does.
      await this.#git.try(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', remote, branch!]);
      await fetchCommit(this.#git, remote, commit, patience);
    }
    const now = await commitAt(this.#git, branch!);
    if (now !== before && !this.#isOurs(now)) {
      return this.#say(`Branch ${quote(branch!)} was moved to ${now} by someone else and stays there.`);
    }
    const moves = now === commit ? [] : [`update ${branch} ${commit} ${now || this.#absent}`];
    const tagged = tag === null ? commit : await commitAt(this.#git, tag);
    if (tagged === '' || (tagged !== commit && this.#isOurs(tagged))) {
      moves.push(`update ${tag} ${commit} ${tagged || this.#absent}`);
    }
    await this.#moveRefs(moves, `atomic-publish: ${taskId}`);
    if (this.#checkedOut) await this.#bringIndexInLine(base!, local!, commit);
    await disk.syncFileSystem(this.layout.commonDirectory);
  }

  async #bringIndexInLine(base: string, local: string, commit: string): Promise<void> {
    if (!this.#userIndex.isWritten) {
      const source = this.#private('index.commit');
      await this.#git.run(['read-tree', '--reset', local], { index: source });
      await this.#userIndex.prepare(source);
      await this.#userIndex.commit();
    }
    if (commit === local) return;
    const inTheWay = await this.#userIndex.follow(base, commit);
    if (inTheWay === undefined) return;
    this.#say(`Warning: committed, but the working tree cannot follow the branch: ${inTheWay}`);
  }

  /**
   * Makes the commit again on `onto`, where the remote branch is now (clause 10): the target is ours, everything
   * else theirs. Returns the new commit, durable. Throws 65 when it cannot be replayed. After `prepare`.
   */
  async replay(onto: string, dependsOn: readonly string[]): Promise<string> {
    await this.requireReplayable(onto, dependsOn);
    const { base_sha: base, local_sha: local } = this.#record;
    const index = this.#private('index.replay');
    await this.#run(['read-tree', '--reset', onto], { index });
    let parent = onto;
    for (const commit of await commitsBetween(this.#git, base!, local!, this.#signal)) {
      await this.#apply(await treeDiff(this.#git, `${commit}^`, commit, this.#signal), index);
      const tree = await this.#run(['write-tree'], { index });
      parent = await remakeCommit(this.#git, commit, tree, parent, this.#signal);
    }
    await this.#keep(parent, 'post-op');
    return parent;
  }

  /** Throws 65 when the commit must not be made again on `onto`, or the working tree could not follow it there. */
  async requireReplayable(onto: string, dependsOn: readonly string[]): Promise<void> {
    const { base_sha: base, branch } = this.#record;
    const paths = this.#operation ? (await this.#operation.changes()).map(({ path }) => path) : [this.path];
    const move = { branch: branch!, base: base!, onto, paths };
    await requireReplayable(this.#git, move, dependsOn, this.#signal);
    const inTheWay = this.#checkedOut ? await this.#userIndex.rehearse(base!, onto) : undefined;
    if (inTheWay === undefined) return;
    throw remoteMoved(
      `the working tree could not follow it: ${inTheWay}`,
      'Commit or stash what is in the way, or publish from a clean checkout.',
    );
  }
}

/** 65 for a tag that stands elsewhere; a tag is never moved. */
export function tagExists(tag: string, commit: string, where: string): TransactionError {
  return new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input tag holds ${quote(tag.replace('refs/tags/', ''))}, which ${where} has at ${commit} already`,
    { next: 'A published tag is not moved. Give tag another name, or delete the old one first.' },
  );
}
