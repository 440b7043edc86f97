/** What takes part in a transaction, and the transaction they share (clauses 1 and 19). */
import { join } from 'node:path';
import type { Ledger } from './ledger.ts';
import type { Record } from './record.ts';

/**
 * A thing a transaction changes. The coordinator calls `prepare` on all before it calls `commit` on any, and
 * `rollback` in reverse order. Each call may follow a crash: `rollback` and `complete` find out where they
 * are, and doing them twice is doing them once.
 */
export interface Participant {
  /** Does everything that can fail and that nobody sees; throws to refuse. */
  prepare(): Promise<void>;
  /** Makes the change visible. */
  commit(): Promise<void>;
  /** Puts back what `prepare` and `commit` changed. Throws 66 when it cannot, or when others changed it since. */
  rollback(): Promise<void>;
  /** Removes what only a rollback would have needed. Called once the transaction has a terminal state. */
  complete(): Promise<void>;
}

/** One transaction: its record as the ledger holds it. The ledger is written first, memory follows, but for what is noted. */
export class Transaction {
  readonly ledger: Ledger;
  #record: Readonly<Record>;
  #noted: Partial<Record> = {};

  constructor(ledger: Ledger, record: Record) {
    this.ledger = ledger;
    this.#record = record;
  }

  get record(): Readonly<Record> {
    return this.#record;
  }

  /** For what is private to this transaction and not on the target's mount. */
  get privateDirectory(): string {
    return join(this.ledger.directory, `tx-${this.#record.id}`);
  }

  /** Path of a private file of it. */
  path(name: string): string {
    return join(this.privateDirectory, name);
  }

  /** Full name of one of its checkpoints, as `pre-op`. */
  ref(checkpoint: string): string {
    return `refs/atomic/${this.#record.id}/${checkpoint}`;
  }

  async update(changes: Partial<Record>): Promise<void> {
    const all = { ...this.#noted, ...changes };
    await this.ledger.update(this.#record.id, all);
    this.#record = { ...this.#record, ...all };
    this.#noted = {};
  }

  /** Takes what only what follows the next record depends on: it is written with that, for the cost of none. */
  note(changes: Partial<Record>): void {
    this.#noted = { ...this.#noted, ...changes };
    this.#record = { ...this.#record, ...changes };
  }

  /** Follows what the ledger has written of this transaction on its own. */
  reread(): void {
    this.#record = { ...this.ledger.find(this.#record.id)!, ...this.#noted };
  }
}
