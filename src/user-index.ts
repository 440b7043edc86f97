/**
 * The user's index (clause 9): brought in line for the target's paths only, under git's own lock, and put back.
 * What the user has staged elsewhere is the same before and after, byte for byte.
 */
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import * as disk from './disk.ts';
import { effect } from './effect.ts';
import { errorCode, TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import { formatOf, type ObjectFormat } from './object-id.ts';
import type { Transaction } from './participant.ts';
import type { Seal } from './seal.ts';
import { shareOf } from './shared-repository.ts';
import { keepTime, timeOf } from './snapshots.ts';
import { fillOutputs } from './stat-data.ts';
import { changesOf, listEntries, markAs, nameOf, updateIndex } from './target-index.ts';
import { fastForward } from './working-tree.ts';

const LOCK_WAIT_MS = 15_000;
/** The user's index as it was: on disk before another takes its place. */
const SAVED = 'index.before';

/** Which entries of the index are the transaction's. */
export interface IndexScope {
  /** The target as git names it. */
  path?: string;
  /** The paths an operation in place changed. */
  changed?: () => Promise<ReadonlySet<string>>;
  /** Copy of the index to start from; the user's own where there is none. */
  saved?: string;
}

/** What stands at the scope's path, as it was sealed; `isPlain`: and its bytes are what git holds. */
type Outputs = Pick<Seal, 'sealed'> & { isPlain: boolean };

export class UserIndex {
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #layout: Layout;
  readonly #scope: IndexScope;
  readonly #say: (message: string) => void;
  #signal: AbortSignal | undefined;
  #time: number | undefined; // Of what is in `index.lock`.

  constructor(
    transaction: Transaction,
    scope: IndexScope,
    options: {
      git: Git;
      layout: Layout;
      say: (message: string) => void;
      signal?: AbortSignal | undefined;
    },
  ) {
    this.#transaction = transaction;
    this.#git = options.git;
    this.#layout = options.layout;
    this.#scope = scope;
    this.#say = options.say;
    this.#signal = options.signal;
  }

  /** From now on nothing is cancelled: what follows undoes or finishes. */
  ignoreCancellation(): void {
    this.#signal = undefined;
  }

  /** The bytes of the user's index. */
  get #bytes(): Buffer | undefined {
    return disk.ignoreMissing(() => readFileSync(this.#layout.index));
  }

  get #format(): ObjectFormat {
    return formatOf(this.#transaction.record.base_sha!);
  }

  /** Renames the prepared index into place. */
  async commit(): Promise<void> {
    await disk.rename(this.#lock, this.#layout.index);
    keepTime(this.#time, this.#layout.index); // Not before: a lock older than the transaction is not taken for ours.
  }

  /** Lets the lock go without a change. */
  release(): Promise<void> {
    return disk.remove(this.#lock);
  }

  /** git's own lock of the index. */
  get #lock(): string {
    return `${this.#layout.index}.lock`;
  }

  /** Takes the lock and leaves in it the index to come, on disk: the user's with the target's entries of `source`. */
  async prepare(source: string, outputs?: Outputs): Promise<void> {
    await this.#fillLock(async (before) => {
      const isLater = this.#isLater(before);
      const known = this.#transaction.record.saved_index; // Of a run that died: what now is compared with that stays.
      const saved = known ?? (before === undefined ? '' : await this.#copy(before, SAVED));
      const from = (isLater ? undefined : this.#scope.saved) ?? this.#layout.index;
      const start = from === this.#layout.index ? before : readFileSync(from);
      const copy = await this.#copy(start?.length === 0 ? undefined : start, 'index.after', from);
      const index = await this.#bringOwnOf(source, copy, outputs);
      await this.#transaction.update({
        saved_index: saved,
        index_sha256: hash('sha256', readFileSync(index)),
      });
      return index;
    });
  }

  /** Whether the user has written the index since it was prepared before, by a run that died. */
  #isLater(now: Buffer | undefined): boolean {
    const { index_sha256: written, saved_index: saved } = this.#transaction.record;
    if (written === null || saved === null || now === undefined) return false;
    return hash('sha256', now) !== written && (saved === '' || !now.equals(readFileSync(saved)));
  }

  /**
   * Takes `index.lock`, and leaves in it, on disk, the private index that `make` makes of the index's bytes. It is no younger
   * than git's look at the files: what is written after that look git reads again. And where git has not written the private one
   * it is as old as what that is a copy of: git has not marked what was changed in the second of the old one.
   */
  async #fillLock(make: (before: Buffer | undefined) => Promise<string>): Promise<void> {
    await this.#takeLock();
    try {
      const time = timeOf(this.#lock)!;
      const made = await make(this.#bytes);
      const bytes = readFileSync(made);
      const share = await shareOf(this.#git);
      this.#time = Math.min(time, timeOf(made)!);
      await effect('write index.lock', () => {
        const descriptor = openSync(this.#lock, 'r+');
        try {
          disk.writeAll(descriptor, bytes);
          share(descriptor);
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
        keepTime(time, this.#lock);
      });
    } catch (error) {
      await disk.remove(this.#lock);
      throw error;
    }
  }

  /** Creates `index.lock`, waiting for a git that holds it. */
  async #takeLock(): Promise<void> {
    const deadline = Date.now() + LOCK_WAIT_MS;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await disk.createScratch(this.#lock, '');
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
        if (Date.now() > deadline) {
          throw new TransactionError(
            'ATOMIC_COMMIT_FAILED',
            `${this.#lock} exists: another git process works on this index, or was killed while it did`,
            { cause: error, next: 'Let it end; if none is running, remove that file.' },
          );
        }
        if (attempt === 0) {
          this.#say(
            `${this.#lock} exists: waiting up to ${LOCK_WAIT_MS / 1000} s for the git process that holds it.`,
          );
        }
        await setTimeout(50, undefined, { signal: this.#signal });
      }
    }
  }

  /**
   * Puts the transaction's entries of `source` into `index`, a private one, refreshed against their files, and returns it: which
   * those are that were hashed as `outputs` git need not find out.
   */
  async #bringOwnOf(source: string, index: string, outputs?: Outputs): Promise<string> {
    const { path, changed } = this.#scope;
    const own = await changed?.();
    // With what a sparse checkout, or the user, has marked: an entry of ours has no mark.
    const list = async (of: string): Promise<string[]> => {
      const lines = await listEntries(this.#git, path, this.#format, { index: of, signal: this.#signal });
      return own ? lines.filter((line) => own.has(nameOf(line))) : lines;
    };
    const held = await list(index);
    const wanted = outputs?.isPlain
      ? outputs.sealed.map((entry) => `H ${entry.mode} ${entry.blob!} 0\t${path}/${entry.path}`)
      : await list(source);
    await updateIndex(this.#git, changesOf(held, wanted, this.#format), { index, signal: this.#signal });
    // Git for Windows knows no inodes, and has another change time.
    const isKnown = outputs && process.platform !== 'win32';
    const filled = isKnown ? fillOutputs(index, this.#format, path!, outputs.sealed) : 0;
    const options = { index, workTree: this.#layout.topLevel };
    if (path === undefined) await this.#git.try(['update-index', '-q', '--refresh'], options);
    else if (filled < wanted.length)
      await this.#git.run(['--literal-pathspecs', 'add', '--refresh', '--', path], {
        ...options,
        signal: this.#signal,
      });
    return index;
  }

  /** The index's bytes in a private file, as old as it is: what was written in its second git looks at again, and marks. */
  async #copy(bytes: Buffer | undefined, name: string, from = this.#layout.index): Promise<string> {
    const index = this.#transaction.path(name);
    await disk.remove(index);
    if (bytes === undefined) return index;
    await (name === SAVED ? disk.createFile : disk.createScratch)(index, bytes);
    keepTime(timeOf(from), index);
    return index;
  }

  /** The index as it was saved; where someone has written another meanwhile, the target's entries in it. */
  async restore(): Promise<void> {
    const { index_sha256: written, saved_index: saved } = this.#transaction.record;
    if (written === null || saved === null) return;
    const before = saved === '' ? undefined : readFileSync(saved);
    const now = this.#bytes;
    if (now === undefined || before?.equals(now)) return;
    if (before === undefined) return this.#remove();
    await this.#fillLock(async (current = before) => {
      if (hash('sha256', current) === written) return saved;
      const index = await this.#bringOwnOf(saved, await this.#copy(current, 'index.after'));
      await markAs(this.#git, saved, index, this.#scope.path!, this.#format);
      return index;
    });
    await this.commit();
  }

  /** Where there was no index: removes the one that holds no more than what was put into it, or takes that out of another. */
  async #remove(): Promise<void> {
    const base = this.#transaction.path('index.base');
    await this.#git.run(['read-tree', '--reset', this.#transaction.record.base_sha!], { index: base });
    const list = (index: string) => listEntries(this.#git, undefined, this.#format, { index });
    const own = await list(this.#transaction.path('index.after'));
    let isOwn = false;
    await this.#fillLock(async (current) => {
      isOwn = current === undefined || (await list(this.#layout.index)).join('\n') === own.join('\n');
      return isOwn ? base : this.#bringOwnOf(base, await this.#copy(current, 'index.after'));
    });
    if (!isOwn) return this.commit();
    await disk.remove(this.#layout.index);
    await this.release();
  }

  /**
   * Says which file would keep the working tree from following the branch from one commit to another, or
   * `undefined` when none does. Changes nothing.
   */
  async rehearse(from: string, to: string): Promise<string | undefined> {
    return this.#merge(this.#bytes, from, to, true);
  }

  /**
   * Brings index and working tree to `commit`, from wherever a crash or a replay left them: to `local`, made on `base`,
   * first. Returns what is in the way, where the working tree cannot follow. After the commit point.
   */
  async bringInLine(base: string, local: string, commit: string): Promise<string | undefined> {
    const now = this.#bytes;
    if (now === undefined || hash('sha256', now) !== this.#transaction.record.index_sha256) {
      const source = this.#transaction.path('index.commit');
      await this.#git.run(['read-tree', '--reset', local], { index: source });
      await this.prepare(source);
      await this.commit();
    } else if (this.#time === undefined) {
      keepTime(1000, this.#layout.index); // A run that died may not have set it: at this one git reads all again.
    }
    return commit === local ? undefined : this.#follow(base, commit);
  }

  /**
   * Moves index and working tree from one commit to another as `git merge --ff-only` does: what the user changed
   * stays, and what is in its way is said and stays, too. Twice is once, also after a crash in the middle.
   */
  async #follow(from: string, to: string): Promise<string | undefined> {
    let inTheWay: string | undefined;
    await this.#fillLock(async (before) => {
      inTheWay = await this.#merge(before, from, to, false);
      return this.#transaction.path('index.merged');
    });
    await this.commit();
    return inTheWay;
  }

  /** Leaves the index that follows in `index.merged`. */
  async #merge(
    before: Buffer | undefined,
    from: string,
    to: string,
    isRehearsal: boolean,
  ): Promise<string | undefined> {
    const index = await this.#copy(before, 'index.merged');
    const workTree = this.#layout.topLevel;
    const move = { index, workTree, target: this.#scope.path, from, to, isRehearsal };
    return fastForward(this.#git, { ...move, signal: this.#signal });
  }
}
