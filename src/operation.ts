/**
 * The working tree as participant (clauses 2, 3 and 11): what an operation without a target edits in place, tracked
 * and untracked files, and none that are ignored. Two snapshots, before and after, are commits under
 * `refs/atomic/<id>/`; the way back is from what stands now to the first, and what it removes is kept by a ref.
 */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { isLeftAlone, isSaved, readBefore, saveBefore } from './before.ts';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import { pathOf, textOf } from './file-modes.ts';
import type { Git, GitOptions } from './git.ts';
import { findUnfinished, leaveUnfinished, returnToBranch } from './head.ts';
import { commitAt, type Layout } from './layout.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { isWithin } from './preconditions.ts';
import type { Quarantine } from './quarantine.ts';
import { type Change, treeDiff } from './replay.ts';
import { intention, Restoration, type Workplace } from './restoration.ts';
import { keepTime, Snapshots, timeOf } from './snapshots.ts';
import { nameOf } from './target-index.ts';
import { Undo } from './undo.ts';
import type { IndexScope } from './user-index.ts';

export class Operation implements Participant {
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #layout: Layout;
  readonly #quarantine: Quarantine;
  readonly #snapshots: Snapshots;
  readonly #place: Workplace;
  readonly #signal: AbortSignal | undefined;
  #tip = '';
  #marker: string | undefined;
  /** True while this process knows the way back. */
  #isOpen = false;

  constructor(transaction: Transaction, options: Omit<Workplace, 'snapshots'>) {
    const { layout, quarantine, signal } = options;
    this.#transaction = transaction;
    this.#git = quarantine.git;
    this.#layout = layout;
    this.#quarantine = quarantine;
    this.#signal = signal;
    this.#snapshots = new Snapshots(quarantine, layout, transaction.privateDirectory, signal);
    this.#place = { ...options, snapshots: this.#snapshots };
  }

  /** The ways back that are asked for. After `checkpoint`. */
  get restoration(): Restoration {
    return new Restoration(this.#transaction, this.#place);
  }

  get #record() {
    return this.#transaction.record;
  }

  #run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.#git.run(args, { signal: this.#signal, ...options });
  }

  /**
   * Sets the checkpoint `pre-op`: the working tree as it stands, on HEAD, with the user's index as second parent.
   * Throws 65 while a merge or a rebase is under way, and for a file that git could not give back as it is.
   */
  async checkpoint(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const { id, task_id: taskId, base_sha: base } = this.#record;
    const unfinished = findUnfinished(this.#layout);
    if (unfinished !== undefined) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `a merge, a rebase or the like is under way in this working tree (${unfinished} exists)`,
        { next: 'Finish or abort it first.' },
      );
    }
    const before = disk.ignoreMissing(() => readFileSync(this.#layout.index));
    await disk.createFile(this.#snapshots.path('index.saved'), before ?? '', disk.modeOf(this.#layout.index));
    keepTime(timeOf(this.#layout.index), this.#snapshots.path('index.saved'));
    const settings = ['-c', 'core.safecrlf=true'];
    const tree = await this.#snapshots.take('index.pre-op', this.#layout.index, { settings });
    const intended = await saveBefore(this.#snapshots, this.#layout, 'index.pre-op', this.#signal);
    this.#isOpen = true;
    const staged = await this.#run(['write-tree'], {
      index: await this.#snapshots.copyOf(this.#snapshots.path('index.saved'), 'index.staged'),
    });
    const note = (text: string) => ({
      ...by,
      message: `PRE-OP: ${taskId}\n\n${text}\n\nTransaction-ID: ${id}\n`,
    });
    const said = note(['The index as it was.', ...intended.map(intention)].join('\n'));
    const index = await commitTree(this.#git, staged, [base!], said, this.#signal);
    const parents = [base!, index];
    const commit = await commitTree(
      this.#git,
      tree,
      parents,
      note('The working tree as it was.'),
      this.#signal,
    );
    await this.#quarantine.release();
    await this.#run(['update-ref', this.#transaction.ref('pre-op'), commit]);
    await disk.syncFileSystems(this.#layout.commonDirectory);
    await this.#transaction.update({ preop_sha: commit });
  }

  /**
   * Sets the checkpoint `op-exec`: the working tree as the operation left it, as `seed`, a private index, knows it. Throws 65 for
   * a merge with conflicts.
   */
  async snapshot(by: Omit<CommitMetadata, 'message'>, seed: string): Promise<void> {
    const { id, task_id: taskId, preop_sha: before } = this.#record;
    const standing = await this.#snapshots.take('index.op-exec', this.#snapshots.path(seed), { isNew: true });
    const tree = (await this.#followIndex()) ?? standing;
    const metadata = { ...by, message: `OP-EXEC: ${taskId}\n\nTransaction-ID: ${id}\n` };
    const head = await commitAt(this.#git, 'HEAD');
    const commit = await commitTree(
      this.#git,
      tree,
      [before!, ...(head ? [head] : [])],
      metadata,
      this.#signal,
    );
    await this.#quarantine.release();
    await this.#run(['update-ref', this.#transaction.ref('op-exec'), commit]);
    await disk.syncFileSystems(this.#layout.commonDirectory);
    this.#tip = await commitAt(this.#git, this.#record.branch!);
    await this.#transaction.update({ opexec_sha: commit });
  }

  /**
   * What the operation has said of files in the user's index alone: those it stopped tracking and has git ignore go from
   * `index.op-exec`. Returns the tree; `undefined`: there are none. Throws 65 for a merge with conflicts, and for what would be
   * taken for removed.
   */
  async #followIndex(): Promise<string | undefined> {
    const entries = await this.#snapshots.names(['ls-files', '-v', '-z', '--stage']);
    if (entries.some((entry) => !entry.slice(0, entry.indexOf('\t')).endsWith(' 0'))) {
      throw new TransactionError('ATOMIC_COMMIT_FAILED', 'the operation left a merge with conflicts', {
        next: 'Let the command of run resolve or abort it.',
      });
    }
    const absent = new Set(readBefore(this.#snapshots).absent);
    const isThere = (name: string) =>
      disk.ignoreMissing(() => lstatSync(pathOf(this.#layout.topLevel, name))) !== undefined;
    const left = entries
      .filter((entry) => entry.startsWith('S '))
      .map(nameOf)
      .find((name) => !absent.has(name) && !isThere(name));
    if (left !== undefined) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `the operation left ${quote(textOf(left))} out of the working tree, by a sparse checkout: it would be committed as removed`,
        { next: 'Set the sparse checkout up before this step.' },
      );
    }
    if (entries.length === 0) return undefined; // Without an index nothing is said of any file.
    const tracked = new Set(entries.map(nameOf));
    const saved = this.#snapshots.path('index.saved');
    const before = await this.#snapshots.names(['ls-files', '-z'], {
      index: await this.#snapshots.copyOf(saved, 'index.staged'), // git takes no empty file for an index.
    });
    return this.#snapshots.dropIgnored(
      'index.op-exec',
      before.filter((name) => !tracked.has(name)),
    );
  }

  /**
   * What the operation changed. A file that was ignored before is nobody's to publish because .gitignore no longer
   * names it: it may hold a secret. After `snapshot`.
   */
  async changes(): Promise<Change[]> {
    const { preop_sha: before, opexec_sha: after } = this.#record;
    const known = readBefore(this.#snapshots);
    const all = await treeDiff(this.#git, before!, after!, { signal: this.#signal });
    return all.filter(
      ({ path, ...sides }) => !isLeftAlone({ path: Buffer.from(path).toString('latin1'), ...sides }, known),
    );
  }

  /** Throws 65 when the working tree is no longer what `snapshot` saw; `when` says since when. */
  async requireUnchanged(when: string): Promise<void> {
    const tree = await this.#snapshots.take('index.now', this.#snapshots.path('index.op-exec'));
    const [now] = await treeDiff(this.#git, this.#record.opexec_sha!, tree, { signal: this.#signal });
    if (now === undefined) return;
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `${quote(now.path)} changed after the operation, ${when}`,
      {
        next: 'Gates and validation may read the working tree, not write it. Do everything in run.',
      },
    );
  }

  /** The operation's entries of the user's index, which starts from what it was before. */
  get indexScope(): IndexScope {
    const changed = async () => new Set((await this.changes()).map(({ path }) => path));
    return { changed, saved: this.#snapshots.path('index.saved') };
  }

  /** Where the branch was when the operation had ended; empty: gone. After `snapshot`. */
  get tip(): string {
    return this.#tip;
  }

  /** The last commit that the operation made on top of PRE-OP, or PRE-OP itself. After `snapshot`. */
  async lastCommit(): Promise<string> {
    const isOn = this.#tip !== '' && (await this.#git.isAncestor(this.#marker!, this.#tip));
    return isOn ? this.#tip : this.#marker!;
  }

  /** Puts the commit PRE-OP on the branch, which changes nothing but history (`history: phases`). */
  async mark(metadata: CommitMetadata): Promise<void> {
    const { base_sha: base, branch } = this.#record;
    const tree = await this.#run(['rev-parse', `${base}^{tree}`]);
    this.#marker = await commitTree(this.#git, tree, [base!], metadata, this.#signal);
    await this.#quarantine.release();
    await this.#run(['update-ref', '-m', metadata.message.split('\n')[0]!, branch!, this.#marker, base!]);
  }

  async prepare(): Promise<void> {}

  /** HEAD back on the branch, and nothing left under way: what the operation did is in the commit. */
  async commit(): Promise<void> {
    await leaveUnfinished(this.#git, this.#layout);
    const { task_id: taskId, branch, base_sha: base } = this.#record;
    const head = { branch: branch!, commit: base! };
    await returnToBranch(this.#git, head, `atomic-publish: ${taskId}`, this.#signal);
  }

  /** Before `pre-op` nothing had been changed. */
  async rollback(): Promise<void> {
    const { preop_sha: before, opexec_sha: after } = this.#record;
    if (before === null) return;
    // What a process that died had not released is gone.
    const first = this.#isOpen ? 0 : after !== null ? 1 : 2;
    const seeds = ['index.now', 'index.op-exec', 'index.pre-op'].slice(first);
    if (this.#isOpen && !isSaved(this.#snapshots)) {
      throw new TransactionError(
        'ROLLBACK_FAILED',
        `${quote(this.#snapshots.path('before'))} was removed by another process: the way back is gone`,
        {
          next: `The working tree as it was is at ${this.#transaction.ref('pre-op')}. See docs/recovery.md.`,
        },
      );
    }
    await new Undo(this.#transaction, this.#place, seeds).run();
    this.#isOpen = false;
  }

  /** True where git has forgotten the worktree that this ran in: it was removed, and not moved. */
  get isForgotten(): boolean {
    if (!isSaved(this.#snapshots)) return false;
    const { gitDirectory } = readBefore(this.#snapshots);
    return isWithin(this.#layout.commonDirectory, gitDirectory) && !existsSync(gitDirectory);
  }

  async complete(): Promise<void> {}

  /** The command that shows what undoing took away and a ref keeps; empty where it took nothing. */
  async kept(): Promise<string> {
    const ref = this.#transaction.ref('emergency');
    // What the operation had committed stands in a parent: to show the ref alone would not show it.
    return (await commitAt(this.#git, ref)) === ''
      ? ''
      : `git diff --stat ${this.#transaction.ref('pre-op')} ${ref}`;
  }

  /** What the operation changed and the user had before it, without a commit: it is committed whole. After `snapshot`. */
  async alsoChangedBefore(): Promise<string[]> {
    const { base_sha: base, preop_sha: before } = this.#record;
    const own = new Set(
      (await treeDiff(this.#git, base!, before!, { signal: this.#signal })).map(({ path }) => path),
    );
    if (own.size === 0) return [];
    return (await this.changes()).map(({ path }) => path).filter((path) => own.has(path));
  }
}
