/** The output directory as participant (clauses 5, 6 and 8): preconditions, staging area, exchange, undo. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as disk from './disk.ts';
import { effect } from './effect.ts';
import { asTransactionError, errorCode, TransactionError } from './errors.ts';
import { exchange } from './exchange.ts';
import { isOfTransaction } from './manifest.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { isWithin, notWritable, refuseRepository, requireReadable } from './preconditions.ts';
import { recognize } from './recognition.ts';
import { isOnlyStaged, type Publication } from './record.ts';
import { digestOf, hashFile, hashTree, type Tree } from './tree.ts';

/** How a system says that it has no exchange, rather than that this one failed. */
const NO_EXCHANGE = new Set(['ENOSYS', 'EINVAL', 'EXDEV', 'EOPNOTSUPP', 'ENOTSUP', 'EPERM']);

/** The private directory of a transaction: a sibling of the target, because only there is it surely on its mount. */
export function stagingFor(target: string, id: string): string {
  return join(dirname(target), `.${basename(target)}.atomic-${id}`);
}

/** The part of a staging directory that mirrors the repository, so that git can use it as a work tree. */
export function workTreeOf(staging: string): string {
  return join(staging, 'tree');
}

/** `strict`: one system call or nothing. `journaled`: two renames where the system has none. */
export type Atomicity = 'strict' | 'journaled';

/** What stands in a place, by its content. */
export type Generation = 'old' | 'new' | 'absent' | 'neither';

export class Target implements Participant {
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  get #record() {
    return this.#transaction.record;
  }

  /**
   * Throws 65 where staging or the target is not where it seems to be, but behind a symlink that was put there since:
   * nothing is written outside, and nothing from outside is published.
   */
  readonly requireNoSymlink = (): void => {
    requireReal(this.#record.staged);
    requireReal(this.#record.target);
  };

  /** Where the old tree waits while two renames publish the new one. */
  get #aside(): string {
    return join(this.#record.staging, 'previous');
  }

  /**
   * Makes the empty staging directory and tries what `commit` will need: a rename of the target itself and an
   * exchange beside it. Nothing of the target changes. Throws 61 where it would not work.
   */
  async createStaging(atomicity: Atomicity): Promise<void> {
    const { target, staging, staged } = this.#record;
    try {
      await this.#createParents(dirname(target));
      await disk.createDirectory(staging, 0o700, this.requireNoSymlink);
      // Keeps all of it out of `git status` and `git add` for as long as it exists, and leaves with it.
      await disk.createScratch(join(staging, '.gitignore'), '*\n', this.requireNoSymlink);
      const old = disk.ignoreMissing(() => statSync(target));
      await effect('mkdir staged', () => {
        this.requireNoSymlink();
        mkdirSync(staged, { recursive: true });
        if (old) takeAfter(staged, old);
      });
      this.#transaction.note({ publication: await this.#ability(old !== undefined, atomicity) });
    } catch (error) {
      throw asTransactionError(error, `staging for target ${quote(target)} cannot be made`, 'target');
    }
  }

  async #createParents(parent: string): Promise<void> {
    if (existsSync(parent)) return;
    let created = parent;
    while (!existsSync(dirname(created))) created = dirname(created);
    await this.#transaction.update({ created_parent: created });
    await effect('mkdir parents', () => mkdirSync(parent, { recursive: true }));
  }

  /** Tries on two empty directories whether the exchange works here; chooses by ability, not by platform. */
  async #ability(targetExists: boolean, atomicity: Atomicity): Promise<Publication> {
    if (!targetExists) return 'rename';
    const { staging, target } = this.#record;
    if (process.platform !== 'win32') await this.#tryRename(target, staging);
    const [one, other] = [join(staging, 'probe-1'), join(staging, 'probe-2')];
    await disk.createDirectory(one, 0o777, this.requireNoSymlink);
    await disk.createDirectory(other, 0o777, this.requireNoSymlink);
    try {
      await exchange(one, other, this.requireNoSymlink);
      return 'exchange';
    } catch (error) {
      if (!NO_EXCHANGE.has(errorCode(error) ?? '')) throw error;
      if (atomicity === 'journaled') return 'two-step';
      throw notWritable(
        `target ${quote(target)} cannot be replaced in one step: ${(error as Error).message}`,
        'Install perl, or use a file system that can exchange directories, or set atomicity to journaled: ' +
          'two renames, with a moment in which the target is missing.',
      );
    } finally {
      await disk.remove(one, this.requireNoSymlink);
      await disk.remove(other, this.requireNoSymlink);
    }
  }

  /**
   * Asks for a rename of the target that must be refused because its destination is not empty. Any other
   * refusal is the one a real rename would meet: EACCES, EROFS, EPERM, EBUSY on a mount point, EXDEV on a
   * lower layer of an overlay.
   */
  async #tryRename(target: string, staging: string): Promise<void> {
    const occupied = join(staging, 'probe');
    await effect('probe rename', () => {
      this.requireNoSymlink();
      mkdirSync(join(occupied, 'occupied'), { recursive: true });
      try {
        renameSync(target, occupied);
      } catch (error) {
        if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return;
        throw error;
      }
      renameSync(occupied, target);
      throw notWritable(
        `target ${quote(target)} is on a file system that renames over a directory that is not empty`,
      );
    });
    await disk.remove(occupied, this.requireNoSymlink);
  }

  async prepare(): Promise<void> {
    const { target, publication } = this.#record;
    const exists = existsSync(target);
    if (exists === (publication === 'rename')) {
      const what = exists ? 'was created' : 'was removed';
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `target ${quote(target)} ${what} by another process meanwhile`,
        { next: 'Let nothing else write to the target, and run again.' },
      );
    }
  }

  /** Publishes (clause 8): one exchange, one rename for a first publish, or two renames where allowed. */
  async commit(): Promise<void> {
    const { target, staged, publication } = this.#record;
    try {
      if (publication === 'exchange') await exchange(staged, target, this.requireNoSymlink);
      else {
        if (publication === 'two-step') await disk.rename(target, this.#aside, this.requireNoSymlink);
        await disk.rename(staged, target, this.requireNoSymlink);
      }
      await this.#syncParents();
    } catch (error) {
      throw asTransactionError(error, `target ${quote(target)} could not be replaced`, 'target');
    }
  }

  /** Where the tree that was published before stands after `commit`; `undefined`: there was none. */
  get previous(): string | undefined {
    const { publication, staged } = this.#record;
    if (publication === 'exchange') return staged;
    return publication === 'two-step' ? this.#aside : undefined;
  }

  /** Puts the old tree back if it is not there. Constant time: nothing is copied and nothing removed. */
  async rollback(): Promise<void> {
    const { target, staged, publication } = this.#record;
    if (isOnlyStaged(this.#record)) return;
    requireReal(dirname(target)); // Elsewhere the old tree may seem to stand.
    if (await this.#isNew(target)) {
      if (publication === 'exchange') await exchange(staged, target, this.requireNoSymlink);
      else await disk.rename(target, staged, this.requireNoSymlink);
    }
    if (publication === 'two-step' && existsSync(this.#aside)) {
      await disk.rename(this.#aside, target, this.requireNoSymlink);
    }
    await this.#syncParents();
    if ((await this.#isNew(target)) || existsSync(target) === (publication === 'rename')) {
      throw new TransactionError(
        'ROLLBACK_FAILED',
        `target ${quote(target)} could not be put back: another process changed it meanwhile`,
        {
          next: `What was published before may stand in ${quote(this.#record.staging)}. See docs/recovery.md.`,
        },
      );
    }
  }

  /** Removes the private directory, after a rollback also the parents that were made for it. */
  async complete(): Promise<void> {
    const { staging, created_parent: created, target, state } = this.#record;
    await disk.remove(staging);
    // The ledger, which will say that nothing is left, may be on another disk.
    if (existsSync(dirname(staging))) await disk.syncDirectory(dirname(staging));
    if (created === null || state === 'COMMITTED') return;
    await effect('rmdir parents', () => {
      for (let parent = dirname(target); isWithin(created, parent); parent = dirname(parent)) {
        if (!existsSync(parent)) continue;
        if (readdirSync(parent).length > 0) return;
        rmdirSync(parent);
      }
    });
  }

  async #syncParents(): Promise<void> {
    await disk.syncDirectory(dirname(this.#record.target));
    const parent = dirname(this.#record.staged);
    if (existsSync(parent)) await disk.syncDirectory(parent); // Others may have removed it.
  }

  /** The manifest carries the transaction's id: its digest names one generation and no other. */
  async #isNew(directory: string): Promise<boolean> {
    const manifest = join(directory, this.#record.manifest);
    return existsSync(manifest) && (await hashFile(manifest)) === this.#record.manifest_sha256;
  }

  /** True when the published manifest is of this transaction, whatever the ledger says. */
  carriesOwnManifest(): boolean {
    const { target, manifest, id } = this.#record;
    const text = disk.ignoreMissing(() => readFileSync(join(target, manifest), 'utf8'));
    return text !== undefined && isOfTransaction(text, id);
  }

  /** What is published now, hashed; `undefined` when there is no target. Throws 61 for a repository inside it. */
  async published(signal: AbortSignal | undefined): Promise<Tree | undefined> {
    const { target } = this.#record;
    if (!existsSync(target)) return undefined;
    const published = this.#transaction.ledger.published(target);
    try {
      const options = { signal, check: refuseRepository(target), recognize: recognize(published) };
      return await hashTree(target, options);
    } catch (error) {
      requireReadable(target);
      throw error;
    } finally {
      published.return?.();
    }
  }

  /** Which generation stands at `directory`, by the content of every file in it. For recovery (clause 12). */
  async inspect(directory = this.#record.target): Promise<Generation> {
    const { old_digest: oldDigest, manifest_sha256: manifestSha256, manifest } = this.#record;
    if (!existsSync(directory)) return 'absent';
    const tree = await hashTree(directory, { check: () => {} });
    if (digestOf(tree) === oldDigest) return 'old';
    const own = tree.find((entry) => entry.path === manifest);
    if (own?.sha256 !== manifestSha256) return 'neither';
    const sealed = this.#transaction.ledger.files(this.#record.id);
    const rest = tree.filter((entry) => entry.path !== manifest);
    return digestOf(rest) === digestOf(sealed) ? 'new' : 'neither';
  }
}

/** Gives a directory the mode of another, and the group as far as this user may. */
function takeAfter(directory: string, { gid, mode }: Stats): void {
  try {
    chownSync(directory, statSync(directory).uid, gid);
    chmodSync(directory, (mode & 0o7777) | 0o700);
  } catch {
    chmodSync(directory, (mode & 0o5777) | 0o700); // Its own group is not the one that is to be handed down.
  }
}

function requireReal(path: string): void {
  while (!existsSync(path)) path = dirname(path);
  const actual = realpathSync(path);
  if (actual === path) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(path)} was replaced by a symlink to ${quote(actual)} by another process meanwhile`,
    {
      next: 'Put it back, and let nothing else write to the target or to what is beside it. Then run again.',
    },
  );
}
