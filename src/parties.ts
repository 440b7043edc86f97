/** Who takes part in one transaction, made from its record and where it ran: the same after a crash as before it. */
import { remove, syncFileSystems } from './disk.ts';
import { asTransactionError, EXIT_CODES, isNoSpace } from './errors.ts';
import type { Git } from './git.ts';
import { type Layout, placesOf } from './layout.ts';
import { Operation } from './operation.ts';
import type { Participant, Transaction } from './participant.ts';
import type { PushPolicy } from './push.ts';
import { Quarantine } from './quarantine.ts';
import { isInPlace, type Record } from './record.ts';
import { Remote } from './remote.ts';
import { Repository } from './repository.ts';
import { Target } from './target.ts';

export interface Setting {
  git: Git;
  layout: Layout | undefined;
  /** True where the working tree of `layout` is not there any more; `git` then works in another of the repository. */
  isGone: boolean;
  /** Full name of the branch that is checked out; `undefined` for a detached head. */
  currentBranch: string | undefined;
  participants: readonly Participant[];
  policy: PushPolicy;
  say: (message: string) => void;
  signal: AbortSignal | undefined;
}

export class Parties {
  readonly transaction: Transaction;
  /** The directory that is replaced; without one the working tree is edited in place. */
  readonly target: Target | undefined;
  readonly operation: Operation | undefined;
  readonly repository: Repository | undefined;
  readonly remote: Remote | undefined;
  readonly others: readonly Participant[];
  readonly quarantine: Quarantine | undefined;
  readonly #say: (message: string) => void;

  constructor(transaction: Transaction, setting: Setting) {
    const { branch, remote } = transaction.record;
    const { policy, say, signal } = setting;
    // An operation may have changed what git thinks the top level is: where it began is in the ledger.
    const { target } = transaction.record;
    const inPlace = isInPlace(transaction.record);
    const layout = setting.layout && inPlace ? { ...setting.layout, topLevel: target } : setting.layout;
    const plain = inPlace && !setting.isGone ? setting.git.at(target) : setting.git;
    const checkedOut = branch === setting.currentBranch;
    this.transaction = transaction;
    const quarantine = layout && new Quarantine(transaction, plain, layout);
    const git = quarantine?.git ?? plain;
    this.quarantine = quarantine;
    if (inPlace) {
      const options = { layout: layout!, quarantine: quarantine!, say, signal };
      this.operation = new Operation(transaction, options);
    } else this.target = new Target(transaction);
    this.repository =
      branch && layout
        ? new Repository(transaction, {
            layout,
            checkedOut,
            say,
            signal,
            operation: this.operation,
            quarantine: quarantine!,
            packing: policy.packing,
          })
        : undefined;
    if (remote && this.repository) {
      this.remote = new Remote(transaction, { git, repository: this.repository, policy, say, signal });
    }
    this.others = setting.participants;
    this.#say = say;
  }

  /**
   * Prepares everyone; any of them can still say no. The remote has been asked meanwhile. Staging and the commit are on disk
   * before a ref names it, and before anyone but the repository is asked (ADR 18): git syncs no directory and no loose object, our
   * own barrier makes the promise.
   */
  async prepare(): Promise<void> {
    await this.repository?.prepare();
    const staging = this.target ? [this.transaction.record.staging] : [];
    if (this.repository) {
      const left = this.operation ? placesOf(this.repository.layout) : [];
      await this.quarantine!.release(...staging, ...left);
      await this.repository.keep();
    } else await syncFileSystems(...staging);
    for (const participant of [this.remote, ...this.others, this.target, this.operation]) {
      await participant?.prepare();
    }
  }

  /** Undoes everyone's part, last effect first. Throws 66 when one cannot be put back. */
  async undo(): Promise<void> {
    await this.repository?.removeStaleLocks();
    for (const participant of [this.repository, ...this.others.toReversed(), this.target, this.operation]) {
      await participant?.rollback();
    }
  }

  async rolledBack(exitCode: number, reason: string): Promise<void> {
    const changes = { state: 'ROLLED_BACK', exit_code: exitCode, reason } as const;
    if (this.transaction.record.commit_sha !== null || this.others.length > 0) return this.#end(changes);
    // Where no commit was made what is private goes first, and one record says all: on a full disk there may be room
    // for no more. Participants of others are told of an end that the ledger has.
    const settled = (await this.#removePrivate()) ? 1 : 0;
    await this.transaction.update({ ...changes, ended_at: new Date().toISOString(), settled });
  }

  /**
   * Marks the end. A mark that cannot be written is a warning where the branch or the remote has the commit, and
   * recovery's to write. Without a commit the mark alone is the commit point: then this throws.
   */
  async committed(reason: string): Promise<void> {
    try {
      await this.#end({ state: 'COMMITTED', exit_code: EXIT_CODES.COMMITTED, reason });
    } catch (error) {
      if (this.transaction.record.commit_sha === null)
        throw asTransactionError(error, 'the ledger could not mark the end');
      this.#say(
        `Warning: committed, but the ledger could not say so yet, the next run will: ${messageOf(error)}`,
      );
    }
  }

  async #end(changes: Pick<Record, 'state' | 'exit_code' | 'reason'>): Promise<void> {
    const ended = { ...changes, ended_at: new Date().toISOString() };
    try {
      await this.transaction.update(ended);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      await this.transaction.ledger.releaseReserve();
      await this.transaction.update(ended);
    }
    await this.cleanUp();
  }

  /** Removes what is private, after a terminal state. What cannot be removed now is left to the next recovery. */
  async cleanUp(): Promise<void> {
    if (await this.#removePrivate()) await this.transaction.update({ settled: 1 }).catch(this.#warn);
  }

  /** True when nothing is left to do and nothing private is left. */
  async #removePrivate(): Promise<boolean> {
    try {
      await this.transaction.ledger.releaseReserve();
      // Once it has caught up with the remote it must not do so again, over what the user has done since.
      await this.repository?.complete();
      await this.quarantine?.remove();
      await remove(this.transaction.privateDirectory);
      for (const participant of [this.target, this.operation, this.remote, ...this.others]) {
        await participant?.complete();
      }
      return true;
    } catch (error) {
      this.#warn(error);
      return false;
    }
  }

  readonly #warn = (error: unknown): void => {
    this.#say(`Warning: not all is in order yet, the next run will see to it: ${messageOf(error)}`);
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
