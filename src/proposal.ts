/**
 * The commit that is to come (clauses 3.3 and 3.9): the checkpoint `pre-op`, the tree with the outputs or what the operation
 * changed, and the commits on it, all through a private index. No ref of the user moves, and no file.
 */
import { existsSync } from 'node:fs';
import { Checkpoint } from './checkpoint.ts';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import type { CompressedBlobs } from './compressed-blobs.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import { formatOf } from './object-id.ts';
import type { Operation } from './operation.ts';
import { blobsToPack, indexOutputs, type Packing } from './outputs.ts';
import type { Transaction } from './participant.ts';
import { wayTo } from './paths.ts';
import type { Quarantine } from './quarantine.ts';
import { applyChanges, type Change, replayCommits, treeDiff } from './replay.ts';
import type { Seal } from './seal.ts';
import { workTreeOf } from './target.ts';
import type { Progress, Tree } from './tree.ts';

export interface ProposalOptions {
  layout: Layout;
  quarantine: Quarantine;
  packing: Packing;
  /** What edits the working tree in place, where there is no target. */
  operation?: Operation | undefined;
  signal: AbortSignal | undefined;
}

export class Proposal {
  readonly #transaction: Transaction;
  readonly #options: ProposalOptions;
  readonly #git: Git;
  #commits: readonly CommitMetadata[] = [];
  #seal: Seal | undefined;
  /** True where git holds all of the outputs as their bytes are. */
  #isPlain = false;
  #progress: Progress | undefined;
  #preOp: Checkpoint | undefined;

  constructor(transaction: Transaction, options: ProposalOptions) {
    this.#transaction = transaction;
    this.#options = options;
    this.#git = options.quarantine.git;
  }

  get #record() {
    return this.#transaction.record;
  }

  /** The target as git names it: relative to the top level, `/`-separated. */
  get path(): string {
    return wayTo(this.#options.layout.topLevel, this.#record.target);
  }

  /** The private index, which holds what the commit does. */
  get index(): string {
    return this.#transaction.path('index');
  }

  get #inIndex() {
    return { index: this.index, signal: this.#options.signal };
  }

  /** For the blobs of the outputs, while their bytes are at hand. After `checkpoint`. */
  compressBlobs(): Promise<CompressedBlobs> {
    const { base_sha: base, target } = this.#record;
    const where = { ...this.#inIndex, format: formatOf(base!), isNew: !existsSync(target) };
    return blobsToPack(this.#git, this.path, this.#options.packing, where);
  }

  /** What the messages and the dates of the commits will be, in their order, and what they hold at the target; before `make`. */
  describe(commits: readonly CommitMetadata[], seal?: Seal, progress?: Progress): void {
    this.#commits = commits;
    this.#seal = seal;
    this.#progress = progress;
  }

  /** Sets the checkpoint `pre-op` (clause 3.3) on the target as it is now; once more where it may have changed. */
  async checkpoint(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const { layout, quarantine, signal } = this.#options;
    const place = { layout, path: this.path, index: this.index, quarantine };
    this.#preOp ??= new Checkpoint({ ...place, transaction: this.#transaction });
    await this.#preOp.set(by, signal);
  }

  /** True when the base commit holds the target exactly as it is on disk. After `checkpoint`. */
  get isClean(): boolean {
    return this.#preOp?.commit === this.#record.base_sha;
  }

  /** Submodules of the base commit at the target. After `checkpoint`. */
  get submodules(): readonly string[] {
    return this.#preOp?.submodules ?? [];
  }

  /** Makes the tree and the commits (clause 3.9). Returns the last one. */
  async make(): Promise<string> {
    const { base_sha: base, history } = this.#record;
    const { operation, signal } = this.#options;
    const tree = operation
      ? await this.#treeOfOperation(operation)
      : await this.#treeOf(this.#seal!.sealed, this.#seal!.compressed);
    let commit = operation && history === 'phases' ? await operation.lastCommit() : base!;
    for (const metadata of this.#commits)
      commit = await commitTree(this.#git, tree, [commit], metadata, signal);
    return commit;
  }

  /** What it holds at the target; `isPlain`: as the bytes are. After `make`; without a target `undefined`. */
  get outputs() {
    return this.#seal && { sealed: this.#seal.sealed, isPlain: this.#isPlain };
  }

  /** The tree of the private index with the outputs, as they stand in staging, in the place of the target. */
  async #treeOf(outputs: Tree, compressed?: CompressedBlobs): Promise<string> {
    const { layout, quarantine, packing } = this.#options;
    this.#isPlain = await indexOutputs(this.#git, {
      ...this.#inIndex,
      workTree: workTreeOf(this.#record.staging),
      path: this.path,
      tree: outputs,
      objects: quarantine.directory,
      gitDirectory: layout.gitDirectory,
      format: formatOf(this.#record.base_sha!),
      packing,
      compressed,
      progress: this.#progress,
    });
    return this.#git.writeTree(this.#inIndex);
  }

  /** What publishing would change of the base, file by file, and the base's own manifest (mode `check`). */
  async differences(outputs: Tree): Promise<{ changes: Change[]; manifest: Buffer | undefined }> {
    const { base_sha: base, manifest } = this.#record;
    const { signal } = this.#options;
    await this.#git.run(['read-tree', '--reset', base!], this.#inIndex);
    const tree = await this.#treeOf(outputs);
    const args = ['cat-file', 'blob', `${base}:${this.path}/${manifest}`];
    const { exitCode, stdout } = await this.#git.try(args, { signal });
    return {
      changes: await treeDiff(this.#git, base!, tree, { signal }),
      manifest: exitCode === 0 ? stdout : undefined,
    };
  }

  /** The base with what the operation changed, and nothing of what the user had changed before. */
  async #treeOfOperation(operation: Operation): Promise<string> {
    await this.#git.run(['read-tree', '--reset', this.#record.base_sha!], this.#inIndex);
    await applyChanges(this.#git, await operation.changes(), this.index, this.#options.signal);
    return this.#git.writeTree(this.#inIndex);
  }

  /** Makes it again on `onto`: the target is ours, everything else theirs. Returns the last commit. */
  makeAgain(onto: string): Promise<string> {
    const { base_sha: base, local_sha: local } = this.#record;
    const move = { base: base!, commit: local!, onto, index: this.#transaction.path('index.replay') };
    return replayCommits(this.#git, move, this.#options.signal);
  }
}
