/** The ways back that are asked for (clause 11): the working tree is brought to what a commit holds. */
import { saveBefore } from './before.ts';
import { commitTree, MACHINE, remakeCommit } from './commit-object.ts';
import * as disk from './disk.ts';
import type { Git, GitOptions } from './git.ts';
import { commitAt, type Layout } from './layout.ts';
import type { Transaction } from './participant.ts';
import { parentsOf } from './paths.ts';
import type { Quarantine } from './quarantine.ts';
import { applyChanges, type Change, isAbsent, treeDiff } from './replay.ts';
import type { Snapshots } from './snapshots.ts';

/** The private index that knows what `write` has written. */
export const WRITTEN = 'index.back';

/**
 * How a commit that holds an index says what its tree cannot: that a file, named in bytes, is to be added some day. It is ASCII in
 * one line, whatever the name holds and git is told to write messages in.
 */
export const intention = (name: string) => `Intent-To-Add: ${encodeURIComponent(name)}`;
const intentionsIn = (message: string) =>
  [...message.matchAll(/^Intent-To-Add: (.*)$/gm)].map(([, name]) => decodeURIComponent(name!));

/** Where an operation works and is put back, and who is told. */
export interface Workplace {
  layout: Layout;
  quarantine: Quarantine;
  snapshots: Snapshots;
  say: (message: string) => void;
  signal: AbortSignal | undefined;
}

export class Restoration {
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #layout: Layout;
  readonly #quarantine: Quarantine;
  readonly #snapshots: Snapshots;
  readonly #signal: AbortSignal | undefined;

  /** After the operation's `pre-op`, to which a failure of this one goes back. */
  constructor(transaction: Transaction, { layout, quarantine, snapshots, signal }: Workplace) {
    this.#transaction = transaction;
    this.#git = quarantine.git;
    this.#layout = layout;
    this.#quarantine = quarantine;
    this.#snapshots = snapshots;
    this.#signal = signal;
  }

  get #record() {
    return this.#transaction.record;
  }

  #run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.#git.run(args, { signal: this.#signal, ...options });
  }

  /** What must change for the working tree to be what `commit` holds; of `paths`, files and directories, alone when given. */
  async differences(commit: string, paths: readonly string[]): Promise<Change[]> {
    const isOwn = ({ path }: Change) =>
      paths.length === 0 ||
      paths.some((name) => name === '.' || path === name || path.startsWith(`${name}/`));
    return (await treeDiff(this.#git, this.#record.preop_sha!, commit, { signal: this.#signal })).filter(
      isOwn,
    );
  }

  /** What takes back the way from `from` to `to`. */
  inverse(from: string, to: string): Promise<Change[]> {
    return treeDiff(this.#git, to, from, { signal: this.#signal });
  }

  /** The first of `changes` whose path HEAD or the working tree no longer holds as `commit` does, or `undefined`. */
  async firstTouched(changes: readonly Change[], commit: string): Promise<string | undefined> {
    const { base_sha: base, preop_sha: before } = this.#record;
    const since = [base!, before!].map((holder) =>
      treeDiff(this.#git, commit, holder, { signal: this.#signal }),
    );
    const touched = new Set((await Promise.all(since)).flat().map(({ path }) => path));
    const parents = new Set([...touched].flatMap(parentsOf));
    // What was put below a file since is in the way of that file.
    const isTouched = ({ path, after }: Change) =>
      touched.has(path) || (!isAbsent(after) && parents.has(path));
    return changes.find(isTouched)?.path;
  }

  /**
   * Takes into `pre-op` what git ignores and `changes` would write over: it can be had from there, and a failure puts it
   * back.
   */
  async include(changes: readonly Change[]): Promise<void> {
    const paths = changes.filter(({ after }) => !isAbsent(after)).map(({ path }) => path);
    const names = paths.map((path) => Buffer.from(path).toString('latin1'));
    const [index, next] = ['index.pre-op', 'index.include'];
    await this.#snapshots.copyOf(this.#snapshots.path(index), next);
    const tree = await this.#snapshots.addIgnored(next, names);
    if (tree === undefined) return;
    await this.#quarantine.release(); // Recovery looks at none of what this index names.
    // Its modes first: a file of the index that has none noted is given the usual one.
    await saveBefore(this.#snapshots, this.#layout, next, this.#signal);
    await disk.rename(this.#snapshots.path(next), this.#snapshots.path(index));
    const before = await remakeCommit(this.#git, this.#record.preop_sha!, tree, undefined, this.#signal);
    await this.#quarantine.release();
    await this.#run(['update-ref', this.#transaction.ref('pre-op'), before]);
    await disk.syncFileSystems(this.#layout.commonDirectory);
    await this.#transaction.update({ preop_sha: before });
  }

  /** Writes the after-side of `changes` to the working tree. What stood there is in `pre-op`. */
  async write(changes: readonly Change[]): Promise<void> {
    const options = {
      index: await this.#snapshots.copyOf(this.#snapshots.path('index.pre-op'), WRITTEN),
      workTree: this.#layout.topLevel,
    };
    const tree = await this.#run(['write-tree'], options);
    const wanted = await this.#snapshots.copyOf(this.#snapshots.path('index.pre-op'), 'index.wanted');
    await applyChanges(this.#git, changes, wanted, this.#signal);
    const goal = await this.#run(['write-tree'], { index: wanted });
    await this.#run(['read-tree', '-m', '-u', tree, goal], options);
  }

  /** Brings the user's index back to what `preOp`, the checkpoint of an operation, says was staged. */
  async restoreStaged(preOp: string): Promise<void> {
    await this.#run(['read-tree', '--reset', `${preOp}^2`]);
    const said = await this.#run(['cat-file', 'commit', `${preOp}^2`]);
    await this.#snapshots.intend(intentionsIn(said));
    await this.#quarantine.release(); // Of what is only intended the index names an empty blob.
    await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal });
  }

  /** Keeps a commit by the ref `emergency`, beside what a failed transaction of that id has kept there. */
  async #keep(commit: string): Promise<void> {
    const ref = this.#transaction.ref('emergency');
    const earlier = await commitAt(this.#git, ref);
    let kept = commit;
    if (earlier !== '') {
      const metadata = {
        message: `EMERGENCY: ${this.#record.task_id}\n`,
        author: MACHINE,
        date: Math.floor(Date.now() / 1000),
      };
      kept = await commitTree(this.#git, `${commit}^{tree}`, [commit, earlier], metadata, this.#signal);
      await this.#quarantine.release();
    }
    await this.#run(['update-ref', ref, kept]);
  }

  /**
   * Saves everything, then puts branch, index and working tree at `commit` (clause 11, `emergency`). Returns whether branch or
   * working tree were elsewhere.
   */
  async resetTo(commit: string): Promise<boolean> {
    const { branch, base_sha: base, task_id: taskId } = this.#record;
    const changes = await this.differences(commit, []);
    await this.include(changes);
    await this.#keep(this.#record.preop_sha!);
    await this.write(changes);
    await this.#run(['update-ref', '-m', `atomic-publish: emergency ${taskId}`, branch!, commit, base!]);
    await this.#run(['read-tree', '--reset', commit]);
    await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal });
    return commit !== base || changes.length > 0;
  }
}
