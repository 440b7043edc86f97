/**
 * The working tree as participant (clauses 2, 3 and 11): what an operation without a target edits in place, tracked
 * and untracked files, and none that are ignored. Two snapshots, before and after, are commits under
 * `refs/atomic/<id>/`; the way back is from what stands now to the first, and what it removes is kept by a ref.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommitMetadata, commitTree } from './commit-object.ts';
import * as disk from './disk.ts';
import { asTransactionError, TransactionError } from './errors.ts';
import type { Git, GitOptions } from './git.ts';
import { commitAt, type Layout, readCurrentBranch } from './layout.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { type Change, treeDiff } from './replay.ts';
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

export class Operation implements Participant {
  readonly name = 'working tree';
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #layout: Layout;
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
  }

  get #record() {
    return this.#transaction.record;
  }

  #private(name: string): string {
    return join(this.#transaction.privateDirectory, name);
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
    await disk.createFile(this.#private('index.saved'), before ?? '');
    const ignored = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
    await disk.createFile(this.#private('ignored'), await this.#run(ignored));
    const tree = await this.#snapshot('index.pre-op', this.#layout.index, ['-c', 'core.safecrlf=true']);
    const staged = await this.#run(['write-tree'], {
      index: await this.#copyOf(this.#private('index.saved'), 'index.staged'),
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

  /** Sets the checkpoint `op-exec`: the working tree as the operation left it. Throws 65 for a merge with conflicts. */
  async snapshot(by: Omit<CommitMetadata, 'message'>): Promise<void> {
    const { id, task_id: taskId, preop_sha: before } = this.#record;
    if ((await this.#run(['ls-files', '--unmerged'])) !== '') {
      throw new TransactionError('ATOMIC_COMMIT_FAILED', 'the operation left a merge with conflicts', {
        next: 'Let the command of run resolve or abort it.',
      });
    }
    const tree = await this.#snapshot('index.op-exec', this.#private('index.pre-op'));
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

  /** What the operation changed. After `snapshot`. */
  changes(): Promise<Change[]> {
    const { preop_sha: before, opexec_sha: after } = this.#record;
    return treeDiff(this.#git, before!, after!, this.#signal);
  }

  /** What must change for the working tree to be what `commit` holds; of `paths`, files and directories, alone when given. */
  async differences(commit: string, paths: readonly string[]): Promise<Change[]> {
    const own = paths.map((path) => path.replace(/^\.\/|\/+$/g, ''));
    const isOwn = ({ path }: Change) =>
      own.length === 0 || own.some((name) => path === name || path.startsWith(`${name}/`));
    return (await treeDiff(this.#git, this.#record.preop_sha!, commit, this.#signal)).filter(isOwn);
  }

  /** What takes back the way from `from` to `to`. */
  inverse(from: string, to: string): Promise<Change[]> {
    return treeDiff(this.#git, to, from, this.#signal);
  }

  /** The first of `changes` whose before-side is not what HEAD and the working tree hold, or `undefined`. */
  async firstTouched(changes: readonly Change[]): Promise<string | undefined> {
    const { base_sha: base, preop_sha: before } = this.#record;
    const touched = new Set<string>();
    for (const commit of [base!, before!]) {
      const index = this.#private('index.compare');
      await this.#run(['read-tree', '--reset', commit], { index });
      const list = await this.#run(['ls-files', '--stage', '-z'], { index });
      const held = new Map(
        list
          .split('\0')
          .map(
            (line) =>
              [
                line.slice(line.indexOf('\t') + 1),
                line.slice(0, line.lastIndexOf(' ', line.indexOf('\t'))),
              ] as const,
          ),
      );
      for (const { path, before: side } of changes) {
        if ((held.get(path) ?? nothing(side.id)) !== `${side.mode} ${side.id}`) touched.add(path);
      }
    }
    return changes.find(({ path }) => touched.has(path))?.path;
  }

  /** Writes the after-side of `changes` to the working tree. What stood there is in `pre-op`. */
  async write(changes: readonly Change[]): Promise<void> {
    const options = {
      index: await this.#copyOf(this.#private('index.pre-op'), 'index.back'),
      workTree: this.#layout.topLevel,
    };
    const tree = await this.#run(['write-tree'], options);
    const input = changes.map(({ path, after }) => `${after.mode} ${after.id}\t${path}\0`).join('');
    const wanted = await this.#copyOf(this.#private('index.pre-op'), 'index.wanted');
    await this.#run(['update-index', '-z', '--index-info'], { index: wanted, input });
    const goal = await this.#run(['write-tree'], { index: wanted });
    await this.#run(['read-tree', '-m', '-u', tree, goal], options);
  }

  /** Brings the user's index back to what `preOp`, the checkpoint of an operation, says was staged. */
  async restoreStaged(preOp: string): Promise<void> {
    await this.#run(['read-tree', '--reset', `${preOp}^2`]);
    await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal });
  }

  /** Saves everything, then puts branch, index and working tree at `commit` (clause 11, `emergency`). */
  async resetTo(commit: string): Promise<void> {
    const { preop_sha: before, branch, base_sha: base, task_id: taskId } = this.#record;
    await this.#run(['update-ref', this.#ref('emergency'), before!]);
    await this.write(await this.differences(commit, []));
    await this.#run(['update-ref', '-m', `atomic-publish: emergency ${taskId}`, branch!, commit, base!]);
    await this.#run(['read-tree', '--reset', commit]);
    await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal });
    await disk.syncFileSystem(this.#layout.commonDirectory);
  }

  /** Throws 65 when the working tree is no longer what `snapshot` saw; `when` says since when. */
  async requireUnchanged(when: string): Promise<void> {
    const tree = await this.#snapshot('index.now', this.#private('index.op-exec'));
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

  /** Writes the working tree as it stands to a tree of git's, through the private index `name`, which starts as `seed`. */
  async #snapshot(name: string, seed: string, settings: readonly string[] = []): Promise<string> {
    const index = await this.#copyOf(seed, name);
    const options = { index, workTree: this.#layout.topLevel };
    // What the user's index says not to look at is looked at.
    const flagged = (await this.#run(['ls-files', '-v', '-z'], options))
      .split('\0')
      .filter((line) => /^[a-z] /.test(line));
    if (flagged.length > 0) {
      const input = flagged.map((line) => `${line.slice(2)}\0`).join('');
      await this.#run(['update-index', '--no-assume-unchanged', '-z', '--stdin'], { ...options, input });
    }
    await this.#run([...settings, 'add', '--all'], options);
    return this.#run(['write-tree'], options);
  }

  /** Copies an index to a private one, which may be left from a process that died. Returns its path. */
  async #copyOf(from: string, name: string): Promise<string> {
    const to = this.#private(name);
    const bytes = disk.ignoreMissing(() => readFileSync(from));
    await disk.remove(`${to}.lock`);
    await disk.remove(to);
    if (bytes !== undefined && bytes.length > 0) await disk.createFile(to, bytes);
    return to;
  }

  /** The operation's entries of the user's index, which starts from what it was before. */
  get indexScope(): IndexScope {
    const changed = async () => new Set((await this.changes()).map(({ path }) => path));
    return { changed, saved: this.#private('index.saved') };
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
    const why = `atomic-publish: rolled back ${taskId}`;
    for (let round = 1; await this.#save(); round += 1) {
      await this.#restore(before);
      if (round === ROUNDS) break;
    }
    await this.#leaveUnfinished();
    await this.#returnToBranch(why);
    const now = await commitAt(this.#git, branch!);
    if (now !== base) await this.#run(['update-ref', '-m', why, branch!, base!, ...(now ? [now] : [])]);
    await this.#restoreIndex();
    await disk.syncFileSystem(this.#layout.commonDirectory);
  }

  async #restoreIndex(): Promise<void> {
    const saved = readFileSync(this.#private('index.saved'));
    const now = disk.ignoreMissing(() => readFileSync(this.#layout.index));
    if (now?.equals(saved)) return;
    if (saved.length === 0) return disk.remove(this.#layout.index);
    const lock = `${this.#layout.index}.lock`;
    await disk.createFile(lock, saved);
    await disk.rename(lock, this.#layout.index);
  }

  /**
   * Keeps what stands now under `emergency`: working tree, HEAD, index, and what was kept there before. Returns
   * false when it is what `pre-op` holds: then there is nothing to put back.
   */
  async #save(): Promise<boolean> {
    const { id, task_id: taskId, preop_sha: before, base_sha: base } = this.#record;
    const seed = ['index.now', 'index.op-exec', 'index.pre-op'].find((name) =>
      existsSync(this.#private(name)),
    )!;
    const tree = await this.#snapshot('index.now', this.#private(seed));
    const head = await commitAt(this.#git, 'HEAD');
    const isBack = tree === (await this.#run(['rev-parse', `${before}^{tree}`]));
    if (isBack && head === base) return false;
    const ref = this.#ref('emergency');
    const parents = [
      head,
      await commitAt(this.#git, 'MERGE_HEAD'),
      await commitAt(this.#git, this.#record.branch!),
    ];
    const earlier = await commitAt(this.#git, ref);
    const staged = await this.#git.try(['write-tree'], {
      index: await this.#copyOf(this.#layout.index, 'index.staged'),
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
    return !isBack;
  }

  /** Writes the files of `commit` over what `index.now` says stands, but for what was ignored before the operation. */
  async #restore(commit: string): Promise<void> {
    const options = { index: this.#private('index.now'), workTree: this.#layout.topLevel };
    const ignored = readFileSync(this.#private('ignored'), 'utf8').split('\0').filter(Boolean);
    const isIgnored = (path: string) =>
      ignored.some((name) => path === name || (name.endsWith('/') && path.startsWith(name)));
    const tree = await this.#run(['write-tree'], options);
    const added = (await treeDiff(this.#git, commit, tree, undefined)).filter(
      ({ before }) => before.mode === '000000',
    );
    const kept = added.filter(({ path }) => isIgnored(path)).map(({ path }) => `${path}\0`);
    if (kept.length > 0) {
      await this.#run(['update-index', '--force-remove', '-z', '--stdin'], {
        ...options,
        input: kept.join(''),
      });
    }
    try {
      await this.#run(['read-tree', '--reset', '-u', `${commit}^{tree}`], options);
    } catch (error) {
      throw asTransactionError(error, 'the working tree could not be put back');
    }
  }

  async complete(): Promise<void> {}
}

/** What does not exist, as git writes it; `like` is an id of the repository's length. */
const nothing = (like: string) => `000000 ${'0'.repeat(like.length)}`;

/** Who saves what a rollback removes, and when: the moment itself is in the ledger. */
const MACHINE = {
  author: { name: 'Atomic Publish', email: 'atomic-publish@users.noreply.github.com' },
  get date() {
    return Math.floor(Date.now() / 1000);
  },
};
