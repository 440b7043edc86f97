/**
 * The way back of an operation in place that failed (clauses 3 and 11): from whatever stands now to `pre-op`. What it
 * removes is kept by the ref `emergency`. Nothing of it is cancelled, and twice is once. Names are bytes, as `latin1`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { type Before, forgetBefore, isIgnoredBefore, isLeftAlone, isSaved, readBefore } from './before.ts';
import { commitTree, MACHINE } from './commit-object.ts';
import { changedControlFiles, moveDirectoriesAside, restoreControlFiles } from './control-files.ts';
import * as disk from './disk.ts';
import { effect } from './effect.ts';
import { asTransactionError, TransactionError } from './errors.ts';
import { rewriteFiles } from './file-contents.ts';
import { isFileAt, openDirectories, removeFile, restoreModes, textOf } from './file-modes.ts';
import type { Git } from './git.ts';
import { leaveUnfinished, mendHead, returnBranch, returnToBranch } from './head.ts';
import { commitAt, type Layout, placesOf } from './layout.ts';
import { moveRepositoriesAside } from './nested.ts';
import type { Transaction } from './participant.ts';
import { quote } from './paths.ts';
import type { Quarantine } from './quarantine.ts';
import { type Change, treeDiff } from './replay.ts';
import type { Workplace } from './restoration.ts';
import { keepTime, type Snapshots, timeOf } from './snapshots.ts';
import { checkOutAgain, isFile, isMoved, moveBack } from './submodules.ts';

/** How often what a changed `.gitignore` had hidden is looked for again. */
const ROUNDS = 3;

export class Undo {
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #layout: Layout;
  readonly #quarantine: Quarantine;
  readonly #snapshots: Snapshots;
  readonly #seeds: readonly string[];
  readonly #say: (message: string) => void;
  /** Submodules that cannot go back. */
  readonly #stay = new Set<string>();

  /** `seeds` are names of private indexes whose objects are there, the best first. */
  constructor(
    transaction: Transaction,
    { layout, quarantine, snapshots, say }: Workplace,
    seeds: readonly string[],
  ) {
    this.#transaction = transaction;
    this.#git = quarantine.git;
    this.#layout = layout;
    this.#quarantine = quarantine;
    this.#seeds = seeds;
    this.#snapshots = snapshots;
    this.#say = say;
  }

  get #record() {
    return this.#transaction.record;
  }

  get #place() {
    return { root: this.#layout.topLevel, id: this.#record.id, say: this.#say };
  }

  /** Puts the working tree, HEAD, the branch and the index back. After `pre-op`. */
  async run(): Promise<void> {
    const { preop_sha: before, branch, branch_sha: base, task_id: taskId } = this.#record;
    if (before === null || !isSaved(this.#snapshots)) return;
    this.#snapshots.ignoreCancellation();
    const why = `atomic-publish: rolled back ${taskId}`;
    const known = readBefore(this.#snapshots);
    await moveDirectoriesAside(this.#layout, this.#place);
    await this.#unlessFull(() => this.#noteControlFiles(known));
    await restoreControlFiles(known.control, this.#layout);
    const head = { branch: branch!, commit: base! };
    await mendHead(this.#layout, head);
    await this.#unlessFull(() => this.#keepControlFiles());
    const options = { index: this.#snapshots.path('index.pre-op') };
    const files = await this.#snapshots.names(['ls-files', '-z'], options);
    const modes = () => restoreModes(this.#layout.topLevel, files, known.umask, known.modes);
    await this.#open(files);
    for (let round = 1; ; round += 1) {
      let left: string | undefined;
      try {
        // What git has written has the usual modes. The others are put back while git looks at what stands now.
        const [saved, restored] = await Promise.allSettled([
          this.#save(known, files, round === 1),
          round > 1 ? modes() : undefined,
        ]);
        if (restored.status === 'rejected') throw restored.reason;
        if (saved.status === 'rejected') throw saved.reason;
        left = saved.value;
      } catch (error) {
        // What the operation made may be what fills the disk: to put the user's files back counts for more than to
        // keep it.
        const isFull = asTransactionError(error, '').code === 'INSUFFICIENT_DISK_SPACE';
        if (!isFull || !(await this.#removeAdded(known))) throw error;
        continue;
      }
      if (left === undefined && round === 1) await modes();
      if (left === undefined) break;
      if (round > ROUNDS) {
        throw new TransactionError(
          'ROLLBACK_FAILED',
          `${quote(textOf(left))} does not become what it was before`,
          {
            next: `What it was is at ${this.#transaction.ref('pre-op')}.`,
          },
        );
      }
      await this.#restore(before, known, round === 1);
    }
    if (await this.#narrow(known)) await modes();
    await leaveUnfinished(this.#git, this.#layout);
    await returnToBranch(this.#git, head, why);
    for (const ref of await returnBranch(this.#git, head, why, this.#transaction.ref('branch-')))
      this.#say(`Warning: a branch stood in the way of ${quote(branch!)}. What it led to is kept: ${ref}`);
    await this.#restoreIndex();
    await checkOutAgain(this.#place, known.submodules, this.#snapshots);
    await disk.syncFileSystems(...placesOf(this.#layout));
    // First of what is private: a process that dies while the rest goes leaves nothing to undo, and no way to.
    await forgetBefore(this.#snapshots);
  }

  /** Writes down, in private and beside what a run that died has noted, what stands in the control files: git may not work yet. */
  async #noteControlFiles(known: Before): Promise<void> {
    const noted = disk.ignoreMissing(() => readFileSync(this.#noted, 'latin1')) ?? '';
    const stands = changedControlFiles(known.control, this.#layout).filter((text) => !noted.includes(text));
    if (stands.length === 0) return;
    const text = Buffer.from(noted + stands.join(''), 'latin1');
    await disk.replaceFile(this.#noted, text, `${this.#noted}.next`);
  }

  /** Keeps what was noted by the ref `control`, beside what is kept there. */
  async #keepControlFiles(): Promise<void> {
    const noted = disk.ignoreMissing(() => readFileSync(this.#noted, 'latin1'));
    if (noted === undefined) return;
    const ref = this.#transaction.ref('control');
    const kept = (await this.#git.try(['cat-file', 'blob', ref])).stdout.toString('latin1');
    if (!kept.includes(noted)) {
      const input = Buffer.from(kept + noted, 'latin1');
      const blob = await this.#git.run(['hash-object', '-w', '--stdin'], { input });
      await this.#quarantine.release();
      await this.#git.run(['update-ref', ref, blob]);
    }
    this.#say(`What stood in the configuration of this clone is kept: git show ${ref}`);
  }

  get #noted(): string {
    return this.#snapshots.path('control');
  }

  /** To put the user's files back counts for more than to keep what was not theirs. */
  async #unlessFull(keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch (error) {
      if (asTransactionError(error, '').code !== 'INSUFFICIENT_DISK_SPACE') throw error;
      this.#say('Warning: the disk is full, and what stood in the configuration of this clone was not kept.');
    }
  }

  /** Removes what the operation has added, without a copy. Returns false when there is nothing. */
  async #removeAdded(known: Before): Promise<boolean> {
    const options = { index: this.#snapshots.path('index.pre-op'), workTree: this.#layout.topLevel };
    const others = await this.#snapshots.names(['ls-files', '-z', '--others', '--exclude-standard'], options);
    const added = others.filter((name) => !name.endsWith('/') && !isIgnoredBefore(name, known));
    await this.#open(added);
    await effect('remove added', () => {
      for (const name of added) removeFile(this.#layout.topLevel, name);
    });
    return added.length > 0;
  }

  async #restoreIndex(): Promise<void> {
    const saved = readFileSync(this.#snapshots.path('index.saved'));
    const now = disk.ignoreMissing(() => readFileSync(this.#layout.index));
    if (now?.equals(saved)) return;
    if (saved.length === 0) return disk.remove(this.#layout.index);
    const lock = `${this.#layout.index}.lock`;
    await disk.createFile(lock, saved, disk.modeOf(this.#snapshots.path('index.saved')));
    await disk.rename(lock, this.#layout.index);
    // Not before: a lock that looks older than the transaction is not taken for ours after a crash.
    keepTime(timeOf(this.#snapshots.path('index.saved')), this.#layout.index);
  }

  /**
   * Keeps what stands now under `emergency`: working tree, HEAD, index, and what was kept there before. Returns
   * a path that is not what `pre-op` holds; `undefined`: there is nothing to put back.
   */
  async #save(known: Before, files: readonly string[], isNew: boolean): Promise<string | undefined> {
    const { id, task_id: taskId, preop_sha: before } = this.#record;
    const seed = this.#seeds.find((name) => existsSync(this.#snapshots.path(name)))!;
    const how = { isTolerant: true, isNew };
    const standing = await this.#snapshots.take('index.now', this.#snapshots.path(seed), how);
    // What cannot be read cannot be kept, and stops no way back.
    const all = await this.#snapshots.addIgnored('index.now', files, true).catch(() => undefined);
    const tree = all ?? standing;
    const head = await commitAt(this.#git, 'HEAD');
    const branch = await commitAt(this.#git, this.#record.branch!);
    const differ = await this.#difference(before!, tree);
    const left = differ.find((one) => !isLeftAlone(one, known) && !this.#stay.has(one.path))?.path;
    const ref = this.#transaction.ref('emergency');
    if (left === undefined && (await this.#areKept([head, branch], ref))) return undefined;
    const parents = [head, await commitAt(this.#git, 'MERGE_HEAD'), branch];
    const earlier = await commitAt(this.#git, ref);
    const staged = await this.#git.try(['write-tree'], {
      index: await this.#snapshots.copyOf(this.#layout.index, 'index.staged'),
    });
    const metadata = {
      message: `EMERGENCY: ${taskId}\n\nThe working tree before it was put back to pre-op.\n\nTransaction-ID: ${id}\n`,
      author: MACHINE,
      date: Math.floor(Date.now() / 1000), // The moment itself is in the ledger.
    };
    if (staged.exitCode === 0) {
      const index = staged.stdout.toString().trim();
      parents.push(await commitTree(this.#git, index, head ? [head] : [], metadata, undefined));
    }
    const distinct = [...new Set([...parents, earlier])].filter((parent) => parent !== '');
    const commit = await commitTree(this.#git, tree, distinct, metadata, undefined);
    await this.#quarantine.release();
    await this.#git.run(['update-ref', ref, commit]);
    await disk.syncFileSystems(this.#layout.commonDirectory);
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
    const options = { index: this.#snapshots.path('index.now'), encoding: 'latin1' } as const;
    return treeDiff(this.#git, from, to, options);
  }

  /**
   * Writes the files of `commit` over what `index.now` says stands, but for what was ignored before the operation:
   * where `mayRewrite`, those that changed in nothing but content without git.
   */
  async #restore(commit: string, known: Before, mayRewrite: boolean): Promise<void> {
    const options = { index: this.#snapshots.path('index.now'), workTree: this.#layout.topLevel };
    const tree = await this.#git.run(['write-tree'], options);
    const all = await this.#difference(commit, tree);
    await this.#open(all.map(({ path }) => path));
    for (const change of all.filter(isMoved))
      if (!(await moveBack(this.#place, change))) this.#stay.add(change.path);
    const files = all.filter(isFile).map(({ path }) => path);
    await moveRepositoriesAside(this.#place, files);
    const kept = all.filter((change) => isLeftAlone(change, known));
    const absent = new Set(known.absent);
    const changes = all.filter(({ path }) => mayRewrite && !absent.has(path));
    const written = await rewriteFiles(
      this.#git,
      { index: options.index, root: this.#layout.topLevel },
      changes,
    );
    if (written.length === all.length) return;
    await this.#snapshots.mark('--add', written, options);
    const names = kept.map(({ path }) => path);
    await this.#snapshots.mark('--force-remove', names, options);
    try {
      await this.#git.run(['read-tree', '--reset', '-u', `${commit}^{tree}`], options);
    } catch (error) {
      throw asTransactionError(error, 'the working tree could not be put back');
    }
  }

  /** Leaves out again what a sparse checkout has left out, also where nothing but the operation has brought it in. */
  async #narrow({ absent }: Before): Promise<boolean> {
    const standing = absent.filter((name) => isFileAt(this.#layout.topLevel, name));
    if (standing.length === 0) return false;
    await this.#open(standing);
    await effect('leave out', () => {
      for (const name of standing) removeFile(this.#layout.topLevel, name);
    });
    await this.#snapshots.mark('--skip-worktree', standing, { index: this.#snapshots.path('index.now') });
    return true;
  }

  #open(names: readonly string[]): Promise<void> {
    return effect('open directories', () => openDirectories(this.#layout.topLevel, names));
  }
}
