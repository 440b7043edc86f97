/**
 * The working tree as participant (clauses 2, 3 and 11): what an operation without a target edits in place, tracked
 * and untracked files, and none that are ignored. Two snapshots, before and after, are commits under
 * `refs/atomic/<id>/`; the way back is from what stands now to the first, and what it removes is kept by a ref.
 */
import { existsSync, lstatSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import { restoreControlFiles, saveControlFiles } from './control-files.ts';
import * as disk from './disk.ts';
import { effect } from './effect.ts';
import { asTransactionError, TransactionError } from './errors.ts';
import { pathOf, restoreModes, unusualModes } from './file-modes.ts';
import type { Git, GitOptions } from './git.ts';
import { commitAt, type Layout, readCurrentBranch } from './layout.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { type Change, treeDiff } from './replay.ts';
import { Restoration } from './restoration.ts';
import { keepTime, namesInput, Snapshots, timeOf } from './snapshots.ts';
import type { IndexScope } from './user-index.ts';

/** What git leaves in its directory while a merge, a rebase and the like are under way. */
const UNFINISHED = [
  ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
  ...[
    'REVERT_HEAD',
    'REBASE_HEAD',
    'BISECT_LOG',
    'BISECT_START',
    'sequencer',
    'rebase-merge',
    'rebase-apply',
  ],
];

/** How often what a changed `.gitignore` had hidden is looked for again. */
const ROUNDS = 3;

/** What no tree of git's says of the working tree before the operation. Names are bytes, as `latin1`. */
interface Before {
  /** What git ignored: files, and directories with a `/` at the end. */
  ignored: ReadonlySet<string>;
  /** Tracked files that a sparse checkout leaves out. */
  absent: string[];
  modes: [string, number][];
  control: string;
}

export class Operation implements Participant {
  readonly name = 'working tree';
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #layout: Layout;
  readonly #snapshots: Snapshots;
  #signal: AbortSignal | undefined;
  #tip = '';
  #marker: string | undefined;

  constructor(
    transaction: Transaction,
    options: { git: Git; layout: Layout; signal: AbortSignal | undefined },
  ) {
    this.#transaction = transaction;
    this.#git = options.git;
    this.#layout = options.layout;
    this.#signal = options.signal;
    this.#snapshots = new Snapshots(
      options.git,
      options.layout,
      transaction.privateDirectory,
      options.signal,
    );
  }

  /** The ways back that are asked for. After `checkpoint`. */
  get restoration(): Restoration {
    const options = {
      git: this.#git,
      layout: this.#layout,
      snapshots: this.#snapshots,
      signal: this.#signal,
    };
    return new Restoration(this.#transaction, options);
  }

  get #record() {
    return this.#transaction.record;
  }

  #ref(checkpoint: string): string {
    return `refs/atomic/${this.#record.id}/${checkpoint}`;
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
    const unfinished = UNFINISHED.find((name) => existsSync(join(this.#layout.gitDirectory, name)));
    if (unfinished !== undefined) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `a merge, a rebase or the like is under way in this working tree (${unfinished} exists)`,
        { next: 'Finish or abort it first.' },
      );
    }
    const before = disk.ignoreMissing(() => readFileSync(this.#layout.index));
    await disk.createFile(this.#snapshots.path('index.saved'), before ?? '');
    keepTime(timeOf(this.#layout.index), this.#snapshots.path('index.saved'));
    const tree = await this.#snapshots.take('index.pre-op', this.#layout.index, ['-c', 'core.safecrlf=true']);
    await disk.createFile(this.#snapshots.path('before'), JSON.stringify(await this.#describe()));
    const staged = await this.#run(['write-tree'], {
      index: await this.#snapshots.copyOf(this.#snapshots.path('index.saved'), 'index.staged'),
    });
    const note = (text: string) => ({
      ...by,
      message: `PRE-OP: ${taskId}\n\n${text}\n\nTransaction-ID: ${id}\n`,
    });
    const index = await commitTree(this.#git, staged, [base!], note('The index as it was.'), this.#signal);
    const parents = [base!, index];
    const commit = await commitTree(
      this.#git,
      tree,
      parents,
      note('The working tree as it was.'),
      this.#signal,
    );
    await this.#run(['update-ref', this.#ref('pre-op'), commit]);
    await disk.syncFileSystem(this.#layout.commonDirectory);
    await this.#transaction.update({ preop_sha: commit });
  }

  /** After the snapshot in `index.pre-op`. */
  async #describe(): Promise<object> {
    // Of a directory git says that it is ignored only when a pattern matches it, not when all that is in it is.
    const status = ['status', '--porcelain', '-z', '--ignored=matching', '--untracked-files=all'];
    const lines = await this.#snapshots.names([...status, '--ignore-submodules=all', '--no-renames']);
    const listed = await this.#snapshots.names(['ls-files', '-v', '-z'], {
      index: this.#snapshots.path('index.pre-op'),
    });
    const names = listed.map((line) => line.slice(2));
    return {
      ignored: lines.filter((line) => line.startsWith('!! ')).map((line) => line.slice(3)),
      absent: listed.filter((line) => line.startsWith('S ')).map((line) => line.slice(2)),
      modes: await unusualModes(this.#layout.topLevel, names, this.#signal),
      control: saveControlFiles(this.#layout),
    };
  }

  /** Sets the checkpoint `op-exec`: the working tree as the operation left it. Throws 65 for a merge with conflicts. */
  async snapshot(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const { id, task_id: taskId, preop_sha: before } = this.#record;
    if ((await this.#run(['ls-files', '--unmerged'])) !== '') {
      throw new TransactionError('ATOMIC_COMMIT_FAILED', 'the operation left a merge with conflicts', {
        next: 'Let the command of run resolve or abort it.',
      });
    }
    const tree = await this.#snapshots.take('index.op-exec', this.#snapshots.path('index.pre-op'));
    const metadata = { ...by, message: `OP-EXEC: ${taskId}\n\nTransaction-ID: ${id}\n` };
    const head = await commitAt(this.#git, 'HEAD');
    const commit = await commitTree(
      this.#git,
      tree,
      [before!, ...(head ? [head] : [])],
      metadata,
      this.#signal,
    );
    await this.#run(['update-ref', this.#ref('op-exec'), commit]);
    await disk.syncFileSystem(this.#layout.commonDirectory);
    this.#tip = await commitAt(this.#git, this.#record.branch!);
    await this.#transaction.update({ opexec_sha: commit });
  }

  /**
   * What the operation changed. A file that was ignored before is nobody's to publish because .gitignore no longer
   * names it: it may hold a secret. After `snapshot`.
   */
  async changes(): Promise<Change[]> {
    const { preop_sha: before, opexec_sha: after } = this.#record;
    const known = this.#readBefore();
    const all = await treeDiff(this.#git, before!, after!, this.#signal);
    return all.filter(
      ({ path, ...sides }) => !isLeftAlone({ path: Buffer.from(path).toString('latin1'), ...sides }, known),
    );
  }

  #readBefore(): Before {
    const known = JSON.parse(readFileSync(this.#snapshots.path('before'), 'utf8'));
    return { ...known, ignored: new Set(known.ignored) };
  }

  /** Throws 65 when the working tree is no longer what `snapshot` saw; `when` says since when. */
  async requireUnchanged(when: string): Promise<void> {
    const tree = await this.#snapshots.take('index.now', this.#snapshots.path('index.op-exec'));
    const [now] = await treeDiff(this.#git, this.#record.opexec_sha!, tree, this.#signal);
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
    const { base_sha: base } = this.#record;
    const isOn = this.#tip !== '' && (await this.#git.isAncestor(this.#marker!, this.#tip));
    return isOn ? this.#tip : (this.#marker ?? base!);
  }

  /** Puts the commit PRE-OP on the branch, which changes nothing but history (`history: phases`). */
  async mark(metadata: CommitMetadata): Promise<void> {
    const { base_sha: base, branch } = this.#record;
    const tree = await this.#run(['rev-parse', `${base}^{tree}`]);
    this.#marker = await commitTree(this.#git, tree, [base!], metadata, this.#signal);
    await this.#run(['update-ref', '-m', metadata.message.split('\n')[0]!, branch!, this.#marker, base!]);
  }

  async prepare(): Promise<void> {}

  /** HEAD back on the branch, and nothing left under way: what the operation did is in the commit. */
  async commit(): Promise<void> {
    await this.#leaveUnfinished();
    await this.#returnToBranch(`atomic-publish: ${this.#record.task_id}`);
  }

  async #leaveUnfinished(): Promise<void> {
    for (const name of UNFINISHED) {
      const path = join(this.#layout.gitDirectory, name);
      if (existsSync(path)) await disk.remove(path);
    }
  }

  async #returnToBranch(why: string): Promise<void> {
    const { branch } = this.#record;
    if ((await readCurrentBranch(this.#git)) === branch) return;
    await this.#run(['symbolic-ref', '-m', why, 'HEAD', branch!]);
  }

  /**
   * Puts the working tree, HEAD, the branch and the index back to `pre-op`. What it removes is kept by the ref
   * `emergency`. Before `pre-op` nothing had been changed.
   */
  async rollback(): Promise<void> {
    const { preop_sha: before, branch, branch_sha: base, task_id: taskId } = this.#record;
    if (before === null) return;
    this.#signal = undefined;
    this.#snapshots.ignoreCancellation();
    const why = `atomic-publish: rolled back ${taskId}`;
    const known = this.#readBefore();
    await restoreControlFiles(known.control);
    await this.#mendHead();
    for (let round = 1; ; round += 1) {
      let left: string | undefined;
      try {
        left = await this.#save(known);
      } catch (error) {
        // What the operation made may be what fills the disk: to put the user's files back counts for more than to
        // keep it.
        const isFull = asTransactionError(error, '').code === 'INSUFFICIENT_DISK_SPACE';
        if (!isFull || !(await this.#removeAdded(known))) throw error;
        continue;
      }
      if (left === undefined) break;
      if (round > ROUNDS) {
        throw new TransactionError('ROLLBACK_FAILED', `${quote(left)} does not become what it was before`, {
          next: `What it was is at ${this.#ref('pre-op')}.`,
        });
      }
      await this.#restore(before, known);
    }
    const files = await this.#snapshots.names(['ls-files', '-z'], {
      index: this.#snapshots.path('index.now'),
    });
    await restoreModes(this.#layout.topLevel, files, known.modes);
    await this.#leaveUnfinished();
    await this.#returnToBranch(why);
    const now = await commitAt(this.#git, branch!);
    if (now !== base) await this.#run(['update-ref', '-m', why, branch!, base!, ...(now ? [now] : [])]);
    await this.#restoreIndex();
    await disk.syncFileSystem(this.#layout.commonDirectory);
  }

  /** Removes what the operation has added, without a copy. Returns false when there is nothing. */
  async #removeAdded(known: Before): Promise<boolean> {
    const options = { index: this.#snapshots.path('index.pre-op'), workTree: this.#layout.topLevel };
    const others = await this.#snapshots.names(['ls-files', '-z', '--others', '--exclude-standard'], options);
    const added = others.filter((name) => !name.endsWith('/') && !isIgnoredBefore(name, known));
    await effect('remove added', () => {
      for (const name of added) this.#leaveOut(name);
    });
    return added.length > 0;
  }

  /** A HEAD that git cannot read is no repository to git. */
  async #mendHead(): Promise<void> {
    const path = join(this.#layout.gitDirectory, 'HEAD');
    const text = disk.ignoreMissing(() => readFileSync(path, 'utf8')) ?? '';
    if (/^(ref: refs\/|[0-9a-f]{40})/.test(text)) return;
    await disk.remove(`${path}.lock`);
    await disk.createFile(`${path}.lock`, `ref: ${this.#record.branch}\n`);
    await disk.rename(`${path}.lock`, path);
  }

  async #restoreIndex(): Promise<void> {
    const saved = readFileSync(this.#snapshots.path('index.saved'));
    const now = disk.ignoreMissing(() => readFileSync(this.#layout.index));
    if (now?.equals(saved)) return;
    if (saved.length === 0) return disk.remove(this.#layout.index);
    const lock = `${this.#layout.index}.lock`;
    await disk.createFile(lock, saved);
    await disk.rename(lock, this.#layout.index);
    // Not before: a lock that looks older than the transaction is not taken for ours after a crash.
    keepTime(timeOf(this.#snapshots.path('index.saved')), this.#layout.index);
  }

  /**
   * Keeps what stands now under `emergency`: working tree, HEAD, index, and what was kept there before. Returns
   * a path that is not what `pre-op` holds; `undefined`: there is nothing to put back.
   */
  async #save(known: Before): Promise<string | undefined> {
    const { id, task_id: taskId, preop_sha: before } = this.#record;
    const seed = ['index.now', 'index.op-exec', 'index.pre-op'].find((name) =>
      existsSync(this.#snapshots.path(name)),
    )!;
    const tree = await this.#snapshots.take('index.now', this.#snapshots.path(seed), [], true);
    const head = await commitAt(this.#git, 'HEAD');
    const branch = await commitAt(this.#git, this.#record.branch!);
    const left = (await this.#difference(before!, tree)).find((change) => !isLeftAlone(change, known))?.path;
    const ref = this.#ref('emergency');
    if (left === undefined && (await this.#areKept([head, branch], ref))) return undefined;
    const parents = [head, await commitAt(this.#git, 'MERGE_HEAD'), branch];
    const earlier = await commitAt(this.#git, ref);
    const staged = await this.#git.try(['write-tree'], {
      index: await this.#snapshots.copyOf(this.#layout.index, 'index.staged'),
    });
    const metadata = {
      message: `EMERGENCY: ${taskId}\n\nThe working tree before it was put back to pre-op.\n\nTransaction-ID: ${id}\n`,
      ...MACHINE,
    };
    if (staged.exitCode === 0) {
      const index = staged.stdout.toString().trim();
      parents.push(await commitTree(this.#git, index, head ? [head] : [], metadata, undefined));
    }
    const distinct = [...new Set([...parents, earlier])].filter((parent) => parent !== '');
    const commit = await commitTree(this.#git, tree, distinct, metadata, undefined);
    await this.#run(['update-ref', ref, commit]);
    await disk.syncFileSystem(this.#layout.commonDirectory);
    return left;
  }

  /** True when the base or what is kept already leads to each of `commits`: what stands now is not to hide it. */
  async #areKept(commits: readonly string[], ref: string): Promise<boolean> {
    const roots = [this.#record.base_sha!, await commitAt(this.#git, ref)].filter((root) => root !== '');
    for (const commit of commits.filter((one) => one !== '')) {
      const isReached = await Promise.all(roots.map((root) => this.#git.isAncestor(commit, root)));
      if (!isReached.includes(true)) return false;
    }
    return true;
  }

  /** Through a private index, for the user's may be broken. */
  #difference(from: string, to: string): Promise<Change[]> {
    return treeDiff(this.#git, from, to, undefined, 'latin1', { index: this.#snapshots.path('index.now') });
  }

  /** Writes the files of `commit` over what `index.now` says stands, but for what was ignored before the operation. */
  async #restore(commit: string, known: Before): Promise<void> {
    const options = { index: this.#snapshots.path('index.now'), workTree: this.#layout.topLevel };
    const tree = await this.#run(['write-tree'], options);
    const kept = (await this.#difference(commit, tree)).filter((change) => isLeftAlone(change, known));
    if (kept.length > 0) {
      await this.#run(['update-index', '--force-remove', '-z', '--stdin'], {
        ...options,
        input: namesInput(kept.map(({ path }) => path)),
      });
    }
    try {
      await this.#run(['read-tree', '--reset', '-u', `${commit}^{tree}`], options);
    } catch (error) {
      throw asTransactionError(error, 'the working tree could not be put back');
    }
    if (known.absent.length === 0) return;
    await effect('leave out', () => {
      for (const name of known.absent) this.#leaveOut(name);
    });
    const args = ['update-index', '--skip-worktree', '-z', '--stdin'];
    await this.#run(args, { ...options, input: namesInput(known.absent) });
  }

  /** Removes a file, and the directories that it leaves empty. */
  #leaveOut(name: string): void {
    const root = this.#layout.topLevel;
    if (!disk.ignoreMissing(() => lstatSync(pathOf(root, name)))) return;
    rmSync(pathOf(root, name), { force: true });
    for (let parent = posix.dirname(name); parent !== '.'; parent = posix.dirname(parent)) {
      try {
        rmdirSync(pathOf(root, parent));
      } catch {
        return; // It holds something else.
      }
    }
  }

  async complete(): Promise<void> {}
}

function isIgnoredBefore(path: string, { ignored }: Before): boolean {
  if (ignored.has(path)) return true;
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (ignored.has(path.slice(0, end + 1))) return true;
  }
  return false;
}

/** True for what the operation has added where everything was ignored before: it is nobody's to take away. */
function isLeftAlone({ path, before }: Change, known: Before): boolean {
  return before.mode === '000000' && isIgnoredBefore(path, known);
}

/** Who saves what a rollback removes, and when: the moment itself is in the ledger. */
const MACHINE = {
  author: { name: 'Atomic Publish', email: 'atomic-publish@users.noreply.github.com' },
  get date() {
    return Math.floor(Date.now() / 1000);
  },
};
