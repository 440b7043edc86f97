/**
 * The repository as participant (clause 9): checkpoints, the commit through a private index, the branch by
 * compare-and-swap, the user's index for the target's paths only. No porcelain, no hooks, no signing.
 */
import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { Branch, tagExists } from './branch.ts';
import { Checkpoint } from './checkpoint.ts';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import type { CompressedBlobs } from './compressed-blobs.ts';
import * as disk from './disk.ts';
import type { Git, GitOptions } from './git.ts';
import { commitAt, type Layout, placesOf, sameAt } from './layout.ts';
import { isOfTransaction } from './manifest.ts';
import { formatOf } from './object-id.ts';
import type { Operation } from './operation.ts';
import { blobsToPack, indexOutputs, type Packing } from './outputs.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import type { Quarantine } from './quarantine.ts';
import { isOnlyStaged } from './record.ts';
import { fetchCommit, hasCommit, track } from './remote-refs.ts';
import {
  applyChanges,
  type Change,
  remoteMoved,
  replayCommits,
  requireReplayable,
  treeDiff,
} from './replay.ts';
import type { Seal } from './seal.ts';
import { removeStaleLocks } from './stale-locks.ts';
import { workTreeOf } from './target.ts';
import type { Progress, Tree } from './tree.ts';
import { UserIndex } from './user-index.ts';

export class Repository implements Participant {
  readonly layout: Layout;
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #branch: Branch;
  #signal: AbortSignal | undefined;
  readonly #checkedOut: boolean;
  readonly #userIndex: UserIndex;
  /** What edits the working tree in place, where there is no target. */
  readonly #operation: Operation | undefined;
  readonly #say: (message: string) => void;
  #metadata: CommitMetadata | undefined;
  #outputs: Seal | undefined;
  /** True where git holds all of them as their bytes are. */
  #isPlain = false;
  #progress: Progress | undefined;
  readonly #packing: Packing;
  readonly #quarantine: Quarantine;
  #phases: Record<'OP-EXEC' | 'POST-OP', CommitMetadata> | undefined;
  #preOp: Checkpoint | undefined;
  #commit = '';
  #isInLine = false;

  constructor(
    transaction: Transaction,
    options: {
      layout: Layout;
      checkedOut: boolean;
      say: (message: string) => void;
      signal?: AbortSignal | undefined;
      operation?: Operation | undefined;
      quarantine: Quarantine;
      packing: Packing;
    },
  ) {
    this.#transaction = transaction;
    this.#git = options.quarantine.git;
    this.#branch = new Branch(transaction, this.#git);
    this.layout = options.layout;
    this.#signal = options.signal;
    this.#checkedOut = options.checkedOut;
    this.#say = options.say;
    this.#operation = options.operation;
    this.#packing = options.packing;
    this.#quarantine = options.quarantine;
    const scope = this.#operation?.indexScope ?? { path: this.path };
    this.#userIndex = new UserIndex(transaction, scope, { ...options, git: this.#git });
  }

  get #record() {
    return this.#transaction.record;
  }

  /** The target as git names it: relative to the top level, `/`-separated. */
  get path(): string {
    return relative(this.layout.topLevel, this.#record.target).split(sep).join('/');
  }

  get #index(): string {
    return this.#transaction.path('index');
  }

  #ignoreCancellation(): void {
    this.#signal = undefined;
    this.#userIndex.ignoreCancellation();
  }

  #run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.#git.run(args, { signal: this.#signal, ...options });
  }

  /** For the blobs of the outputs, while their bytes are at hand. After `checkpoint`. */
  compressBlobs(): Promise<CompressedBlobs> {
    const { base_sha: base, target } = this.#record;
    const where = { index: this.#index, format: formatOf(base!), signal: this.#signal };
    return blobsToPack(this.#git, this.path, this.#packing, { ...where, isNew: !existsSync(target) });
  }

  /** What the message and the dates of the commit will be, and what it holds at the target; before `prepare`. */
  describe(metadata: CommitMetadata, outputs?: Seal, progress?: Progress): void {
    this.#metadata = metadata;
    this.#outputs = outputs;
    this.#progress = progress;
  }

  /** The same for the commits of `history: phases`. */
  describePhases(phases: Record<'OP-EXEC' | 'POST-OP', CommitMetadata>): void {
    this.#phases = phases;
  }

  /** Sets the checkpoint `pre-op` (clause 3.3) on the target as it is now; once more where it may have changed. */
  async checkpoint(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const place = {
      record: this.#record,
      layout: this.layout,
      path: this.path,
      index: this.#index,
      git: this.#git,
    };
    this.#preOp ??= new Checkpoint({ ...place, quarantine: this.#quarantine });
    await this.#preOp.set(by, this.#signal);
  }

  /** True when the base commit holds the target exactly as it is on disk. After `checkpoint`. */
  get isClean(): boolean {
    return this.#preOp?.commit === this.#record.base_sha;
  }

  /** Submodules of the base commit at the target. After `checkpoint`. */
  get submodules(): readonly string[] {
    return this.#preOp?.submodules ?? [];
  }

  #commitTree(tree: string, parent: string, metadata: CommitMetadata): Promise<string> {
    return commitTree(this.#git, tree, [parent], metadata, this.#signal);
  }

  /** Makes the tree and the commit (clause 3.9). No ref of the user moves: from here only the compare-and-swap can fail. */
  async prepare(): Promise<void> {
    const { base_sha: base, tag } = this.#record;
    const tagged = tag === null ? '' : await commitAt(this.#git, tag);
    if (tagged !== '') throw tagExists(tag!, tagged, 'this clone');
    if (this.#operation) this.#commit = await this.#commitOperation(this.#operation);
    else {
      const tree = await this.#treeOf(this.#outputs!.sealed, this.#outputs!.compressed);
      this.#commit = await this.#commitTree(tree, base!, this.#metadata!);
    }
  }

  /** Keeps the commit from git's own cleaning, by a ref. git syncs that at once: after `prepare`, and a sync of what it made. */
  async keep(): Promise<void> {
    await this.#keep(this.#commit, this.#operation ? 'commit' : 'op-exec');
    this.#transaction.note({ commit_sha: this.#commit, local_sha: this.#commit });
  }

  /** The tree of the private index with the outputs, as they stand in staging, in the place of the target. */
  async #treeOf(outputs: Tree, compressed?: CompressedBlobs): Promise<string> {
    this.#isPlain = await indexOutputs(this.#git, {
      index: this.#index,
      workTree: workTreeOf(this.#record.staging),
      path: this.path,
      tree: outputs,
      objects: this.#quarantine.directory,
      gitDirectory: this.layout.gitDirectory,
      format: formatOf(this.#record.base_sha!),
      packing: this.#packing,
      compressed,
      progress: this.#progress,
      signal: this.#signal,
    });
    return this.#git.writeTree({ index: this.#index, signal: this.#signal });
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
    await applyChanges(this.#git, await operation.changes(), this.#index, this.#signal);
    const tree = await this.#git.writeTree({ index: this.#index, signal: this.#signal });
    if (history === 'single') return this.#commitTree(tree, base!, this.#metadata!);
    const parent = await operation.lastCommit();
    const exec = await this.#commitTree(tree, parent, this.#phases!['OP-EXEC']);
    return this.#commitTree(tree, exec, this.#phases!['POST-OP']);
  }

  /** True where this clone has the branch, and the tag, if any, on the target as the base commit holds it. */
  async carriesRefs(): Promise<boolean> {
    const { tag, base_sha: base, branch_sha: branch } = this.#record;
    if (branch === '') return false;
    return tag === null || sameAt(this.#git, this.path, base!, await commitAt(this.#git, tag));
  }

  #keep(commit: string, checkpoint: string): Promise<string> {
    return this.#run(['update-ref', this.#transaction.ref(checkpoint), commit]);
  }

  /** Moves the branch by compare-and-swap and brings the user's index in line for the target's paths (clause 3.12). */
  async commit(): Promise<void> {
    const outputs = this.#outputs && { ...this.#outputs, isPlain: this.#isPlain };
    if (this.#checkedOut) await this.#userIndex.prepare(this.#index, outputs);
    const from = this.#operation?.tip ?? this.#record.branch_sha!; // An operation may have made commits of its own.
    try {
      await this.#branch.forward(from, this.#signal);
    } catch (error) {
      if (this.#checkedOut) await this.#userIndex.release();
      throw error;
    }
    if (this.#checkedOut) await this.#userIndex.commit();
    await disk.syncFileSystems(this.layout.commonDirectory);
    this.#isInLine = true;
  }

  /** Whether the base commit holds a manifest of this transaction's id at the target: an earlier one has published it. */
  async hasManifest(): Promise<boolean> {
    const { base_sha: base, manifest, id } = this.#record;
    const held = await this.#git.try(['cat-file', 'blob', `${base}:${this.path}/${manifest}`]);
    return held.exitCode === 0 && isOfTransaction(held.stdout.toString(), id);
  }

  /** Where the branch is, for recovery. Commits that an operation made are undone with it, and kept by a ref. */
  async inspect(): Promise<'base' | 'commit' | 'other'> {
    const where = await this.#branch.inspect();
    return where === 'other' && this.#operation ? 'base' : where;
  }

  /** Removes what a killed git left in this repository (clause 12). */
  removeStaleLocks(): Promise<void> {
    return removeStaleLocks(this.#transaction, this.layout);
  }

  /** Puts branch, tag and index back; leaves alone what others moved since, and says so (66). */
  async rollback(): Promise<void> {
    if (isOnlyStaged(this.#record)) return;
    this.#ignoreCancellation();
    await this.#branch.back();
    if (!this.#operation) await this.#userIndex.restore(); // An operation puts back the whole of it, or has done so.
    await disk.syncFileSystems(this.layout.commonDirectory);
  }

  /**
   * Brings this clone to where the commit point is: after a replay or a signature the commit is another than the
   * local one, and after a crash anything may be missing. What stands in the way stays, and is said.
   */
  async complete(): Promise<void> {
    const { state, branch, base_sha: base, local_sha: local, commit_sha: commit, remote } = this.#record;
    if (state !== 'COMMITTED' || commit === null) return;
    if (this.#isInLine && commit === local) return;
    if (!existsSync(this.#transaction.privateDirectory)) return; // It goes last: all of this was done before.
    this.#ignoreCancellation();
    if (remote !== null && !(await hasCommit(this.#git, commit))) {
      // A signed one is the server's. Fetched by its branch, it takes the tracking ref along as a push does.
      await track(this.#git, remote, branch!);
      await fetchCommit(this.#git, remote, commit, { say: this.#say, signal: undefined });
    }
    // Where the working tree cannot follow the branch does not either: what others changed would look as if it was taken back.
    const isThere = (await commitAt(this.#git, branch!)) === commit; // From a run that died while it followed.
    const stays = this.#checkedOut && !isThere ? await this.#userIndex.rehearse(local!, commit) : undefined;
    const to = stays === undefined ? commit : local!;
    const elsewhere = await this.#branch.catchUp(to);
    if (elsewhere !== undefined) {
      return this.#say(`Branch ${quote(branch!)} was moved to ${elsewhere} by someone else and stays there.`);
    }
    if (this.#checkedOut) {
      const inTheWay = (await this.#userIndex.bringInLine(base!, local!, to)) ?? stays;
      if (inTheWay !== undefined)
        this.#say(
          `Warning: committed, but the working tree cannot follow ${quote(branch!)} to ${commit}: ${inTheWay}. ` +
            `See git diff ${to} ${commit}; git pull --rebase brings both together.`,
        );
    }
    await disk.syncFileSystems(...placesOf(this.layout));
  }

  /**
   * Makes the commit again on `onto`, where the remote branch is now (clause 10): the target is ours, everything
   * else theirs. Returns the new commit, durable. Throws 65 when it cannot be replayed. After `prepare`.
   */
  async replay(onto: string, dependsOn: readonly string[]): Promise<string> {
    await this.requireReplayable(onto, dependsOn);
    const { base_sha: base, local_sha: local } = this.#record;
    const move = { base: base!, commit: local!, onto, index: this.#transaction.path('index.replay') };
    const commit = await replayCommits(this.#git, move, this.#signal);
    await this.#quarantine.release();
    await this.#keep(commit, 'post-op');
    return commit;
  }

  /** Throws 65 when the commit must not be made again on `onto`, or the working tree could not follow it there. */
  async requireReplayable(onto: string, dependsOn: readonly string[]): Promise<void> {
    const { base_sha: base, branch } = this.#record;
    const paths = this.#operation ? (await this.#operation.changes()).map(({ path }) => path) : [this.path];
    const move = { branch: branch!, base: base!, onto, paths, isInPlace: this.#operation !== undefined };
    await requireReplayable(this.#git, move, dependsOn, this.#signal);
    const inTheWay = this.#checkedOut ? await this.#userIndex.rehearse(base!, onto) : undefined;
    if (inTheWay === undefined) return;
    throw remoteMoved(
      `the working tree could not follow it: ${inTheWay}`,
      'Commit or stash what is in the way, or publish from a clean checkout.',
    );
  }
}
