/**
 * The write-ahead ledger (clause 15) and the lock (clause 13), both SQLite. WAL with `synchronous=FULL`: when
 * a call that writes returns, the record is on disk. It is also the audit trail: see docs/recovery.md.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createFile, isNearlyFull, remove, syncDirectory } from './disk.ts';
import { effect } from './effect.ts';
import { asTransactionError, isNoSpace, TransactionError } from './errors.ts';
import { type LockOptions, noSpace, takeLock } from './lock.ts';
import { quote } from './paths.ts';
import type { PublishedFile } from './recognition.ts';
import type { Record } from './record.ts';
import type { Entry, Tree } from './tree.ts';

/** A phase of a transaction, for the audit trail. */
interface LedgerPhase {
  phase: string;
  began_at: string;
  milliseconds: number;
  failed: 0 | 1;
}

const COLUMNS = `
  id TEXT PRIMARY KEY, state TEXT NOT NULL, task_id TEXT NOT NULL, agent_id TEXT NOT NULL,
  commit_node TEXT NOT NULL, run_url TEXT, pid INTEGER NOT NULL, began_at TEXT NOT NULL, ended_at TEXT,
  exit_code INTEGER, reason TEXT, settled INTEGER NOT NULL, pruned INTEGER NOT NULL, target TEXT NOT NULL, staging TEXT NOT NULL, staged TEXT NOT NULL,
  manifest TEXT NOT NULL, publication TEXT, created_parent TEXT, old_digest TEXT, manifest_sha256 TEXT, preop_sha TEXT, opexec_sha TEXT,
  history TEXT NOT NULL, scope TEXT, reverts TEXT, branch TEXT, base_sha TEXT,
  branch_sha TEXT, local_sha TEXT, commit_sha TEXT, tag TEXT, saved_index TEXT, index_sha256 TEXT, remote TEXT, remote_sha TEXT,
  temporary_ref TEXT`;

const VERSION = 2;
/** The reason of a transaction that has committed and changed nothing. */
export const UNCHANGED = 'nothing to change';
const RESERVE_BYTES = 256 * 1024;

export class Ledger {
  /** Directory of the ledger and of everything private that is not on the target's mount. */
  readonly directory: string;
  readonly #lock: DatabaseSync;
  #database: DatabaseSync | undefined;
  #phases: LedgerPhase[] = [];

  private constructor(directory: string, lock: DatabaseSync) {
    this.directory = directory;
    this.#lock = lock;
  }

  /** True when an earlier transaction left a ledger here. Touches nothing. */
  static exists(directory: string): boolean {
    return existsSync(join(directory, 'ledger.sqlite'));
  }

  /**
   * Waits up to `timeoutMs` for the lock, which the system drops when its holder dies, then opens the ledger
   * or creates it. Throws 65 when the lock stays taken; 66 when the ledger cannot be read: what it would have
   * said about a crash is not guessed.
   */
  static async open(directory: string, options: LockOptions): Promise<Ledger> {
    const lock = await takeLock(directory, options);
    const ledger = new Ledger(directory, lock);
    try {
      // What a crash left of it: to open the ledger on a full disk takes space, too.
      await ledger.releaseReserve();
      await ledger.#openDatabase();
    } catch (error) {
      ledger.close();
      throw error;
    }
    return ledger;
  }

  async #openDatabase(): Promise<void> {
    const path = join(this.directory, 'ledger.sqlite');
    const unreadable = (why: string, cause?: unknown) =>
      new TransactionError('ROLLBACK_FAILED', `the ledger ${path} cannot be read: ${why}`, {
        cause,
        next: 'Nothing was changed. See docs/recovery.md, "A ledger that cannot be read", to settle by hand.',
      });
    const isNew = !existsSync(path);
    try {
      const database = new DatabaseSync(path, { timeout: 5000 });
      this.#database = database;
      // The lock is ours alone. Without this the index of the WAL is mapped memory: SIGBUS on a full disk.
      database.exec('PRAGMA locking_mode=EXCLUSIVE');
      const version = Number(database.prepare('PRAGMA user_version').get()!['user_version']);
      if (version > VERSION) {
        throw unreadable(`it has version ${version}, this release knows versions up to ${VERSION}`);
      }
      const check = database.prepare('PRAGMA quick_check(1)').get()!['quick_check'];
      if (check !== 'ok') throw unreadable(`it is damaged (${check})`);
      database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
      if (version === 0) {
        await effect('create ledger', () =>
          database.exec(`BEGIN;
            CREATE TABLE transactions (${COLUMNS});
            CREATE TABLE phases (transaction_id TEXT NOT NULL, phase TEXT NOT NULL, began_at TEXT NOT NULL,
              milliseconds REAL NOT NULL, failed INTEGER NOT NULL);
            CREATE TABLE files (transaction_id TEXT NOT NULL, path TEXT NOT NULL, mode TEXT NOT NULL,
              size INTEGER NOT NULL, sha256 TEXT NOT NULL, stamp TEXT);
            PRAGMA user_version=${VERSION};
            COMMIT`),
        );
      }
      if (version === 1) {
        await effect('upgrade ledger', () =>
          database.exec(`BEGIN;
            ALTER TABLE files ADD COLUMN stamp TEXT;
            PRAGMA user_version=${VERSION};
            COMMIT`),
        );
      }
      if (isNew) {
        await syncDirectory(this.directory);
        await syncDirectory(dirname(this.directory));
      }
    } catch (error) {
      if (error instanceof TransactionError || isNoSpace(error)) throw error;
      if (isNearlyFull(this.directory)) throw noSpace(error);
      if (isNew) throw asTransactionError(error, `the ledger ${path} cannot be made`); // It has nothing to say.
      throw unreadable(error instanceof Error ? error.message : String(error), error);
    }
  }

  get #db(): DatabaseSync {
    if (!this.#database) throw new Error('the ledger is closed');
    return this.#database;
  }

  /** Announces a transaction: on disk before its first effect. An id that has committed is refused (65). */
  async begin(record: Record): Promise<void> {
    if (this.find(record.id)?.state === 'COMMITTED') {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `input transaction-id holds ${quote(record.id)}, which has committed before in this repository`,
        { next: 'Leave transaction-id out, or give each transaction its own.' },
      );
    }
    const names = Object.keys(record);
    const values = Object.values(record) as (string | number | null)[];
    const places = names.map(() => '?').join(', ');
    await effect('ledger INTENT', () => {
      const insert = this.#db.prepare(
        `INSERT OR REPLACE INTO transactions (${names.join(', ')}) VALUES (${places})`,
      );
      insert.run(...values);
    });
  }

  /** Writes changes of one transaction, and the phases that have ended, and returns once they are on disk. */
  async update(id: string, changes: Partial<Record>): Promise<void> {
    const names = Object.keys(changes);
    const values = Object.values(changes) as (string | number | null)[];
    const assignments = names.map((name) => `${name} = ?`).join(', ');
    await this.#write(`ledger ${changes.state ?? names.join(' ')}`, id, () => {
      this.#db.prepare(`UPDATE transactions SET ${assignments} WHERE id = ?`).run(...values, id);
    });
  }

  /**
   * Remembers the sealed files, and with them SEALED, in one write. `stampOf` gives that by which they can be recognised, once
   * they are published.
   */
  async seal(
    id: string,
    tree: Tree,
    manifestSha256: string,
    stampOf: (entry: Entry) => string | null = () => null,
  ): Promise<void> {
    await this.#write('ledger SEALED', id, () => {
      this.#db.prepare('DELETE FROM files WHERE transaction_id = ?').run(id);
      const insert = this.#db.prepare('INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)');
      for (const entry of tree)
        insert.run(id, entry.path, entry.mode, entry.size, entry.sha256, stampOf(entry));
      const update = 'UPDATE transactions SET state = ?, manifest_sha256 = ? WHERE id = ?';
      this.#db.prepare(update).run('SEALED', manifestSha256, id);
    });
  }

  /** Notes a phase that has ended; it is written with the next record, for the cost of none. */
  notePhase(phase: LedgerPhase): void {
    this.#phases.push(phase);
  }

  /** One write: all of it is on disk when this returns, or none. */
  #write(name: string, id: string, perform: () => void): Promise<void> {
    return effect(name, () => {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        const insert = this.#db.prepare('INSERT INTO phases VALUES (?, ?, ?, ?, ?)');
        for (const { phase, began_at, milliseconds, failed } of this.#phases) {
          insert.run(id, phase, began_at, milliseconds, failed);
        }
        perform();
        this.#db.exec('COMMIT');
        this.#phases = [];
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw !isNoSpace(error) && isNearlyFull(this.directory) ? noSpace(error) : error;
      }
    });
  }

  /** The sealed files of a transaction, as far as a digest needs them. */
  files(id: string): Pick<Entry, 'path' | 'mode' | 'sha256'>[] {
    const files = this.#db
      .prepare('SELECT path, mode, sha256 FROM files WHERE transaction_id = ? ORDER BY rowid')
      .all(id);
    return files as unknown as Pick<Entry, 'path' | 'mode' | 'sha256'>[];
  }

  /** The files that the last transaction to change a target has published there, in the order of a tree. */
  published(target: string): IterableIterator<PublishedFile> {
    const select = `SELECT path, size, sha256, stamp FROM files WHERE transaction_id =
      (SELECT id FROM transactions WHERE target = ? AND state = 'COMMITTED' AND reason IS NOT ?
        ORDER BY rowid DESC LIMIT 1) ORDER BY rowid`;
    return this.#db
      .prepare(select)
      .iterate(target, UNCHANGED) as Iterable<unknown> as IterableIterator<PublishedFile>;
  }

  /** The transactions but rollbacks, the last first; those that made a commit, or of a target, if wanted. */
  latest(isCommitted: boolean, target?: string): Record[] {
    const committed = "AND state = 'COMMITTED' AND commit_sha IS NOT NULL";
    const select = `SELECT * FROM transactions WHERE scope IS NULL AND target = ifnull(?, target)
      ${isCommitted ? committed : ''} ORDER BY rowid DESC`;
    return this.#db.prepare(select).all(target ?? null) as unknown as Record[];
  }

  /** The committed transaction that reverts another. */
  findRevertOf(id: string): Record | undefined {
    const select =
      "SELECT * FROM transactions WHERE reverts = ? AND state = 'COMMITTED' ORDER BY rowid DESC LIMIT 1";
    return this.#db.prepare(select).get(id) as Record | undefined;
  }

  find(id: string): Record | undefined {
    return this.#db.prepare('SELECT * FROM transactions WHERE id = ?').get(id) as Record | undefined;
  }

  /** Transactions that a crash left without a terminal state or with private files, the oldest first. */
  unsettled(): Record[] {
    const select = 'SELECT * FROM transactions WHERE settled = 0 ORDER BY rowid';
    return this.#db.prepare(select).all() as unknown as Record[];
  }

  /**
   * Settled transactions that still have their files and checkpoints and are older than the last `keep` of their kind: those that
   * changed something do not make room for those that did not. The last to change a target stays: by it the files there are
   * recognised.
   */
  prunable(keep: number): string[] {
    const select = `SELECT id FROM (SELECT *,
        row_number() OVER (PARTITION BY has_changed ORDER BY number DESC) AS age,
        row_number() OVER (PARTITION BY has_changed, target ORDER BY number DESC) AS age_there
        FROM (SELECT *, rowid AS number, state = 'COMMITTED' AND reason IS NOT ? AS has_changed FROM transactions))
      WHERE settled = 1 AND pruned = 0 AND age > ? AND NOT (has_changed AND age_there = 1) ORDER BY number`;
    return this.#db
      .prepare(select)
      .all(UNCHANGED, keep)
      .map((row) => String(row['id']));
  }

  /** Forgets the files of transactions; what they were and came to stays. */
  async prune(ids: readonly string[]): Promise<void> {
    await effect('ledger pruned', () => {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const id of ids) {
        this.#db.prepare('DELETE FROM files WHERE transaction_id = ?').run(id);
        this.#db.prepare('UPDATE transactions SET pruned = 1 WHERE id = ?').run(id);
      }
      this.#db.exec('COMMIT');
    });
  }

  /** Sets blocks aside that a rollback on a full disk gives up first. */
  async makeReserve(): Promise<void> {
    await remove(this.#reserve);
    await createFile(this.#reserve, Buffer.alloc(RESERVE_BYTES, 1));
  }

  releaseReserve(): Promise<void> {
    return remove(this.#reserve);
  }

  get #reserve(): string {
    return join(this.directory, 'reserve');
  }

  /** Closes the ledger and lets the lock go. */
  close(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#lock.close();
  }
}
