/**
 * The lock of a repository (clause 13): an exclusive transaction in a database of its own, which the system ends when its
 * holder dies.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { isNearlyFull } from './disk.ts';
import { errorCode, TransactionError } from './errors.ts';
import { duration } from './quantities.ts';

const SQLITE_BUSY = 5;

export interface LockOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  onWait: (message: string) => void;
}

/** 65: the lock stayed taken. */
export class LockTaken extends TransactionError {}

/** Takes the lock in `directory`; closing what is returned lets it go. Throws 65 when it stays taken for `timeoutMs`. */
export async function takeLock(directory: string, options: LockOptions): Promise<DatabaseSync> {
  requireWritable(directory);
  mkdirSync(directory, { recursive: true });
  const lock = explained(directory, () => new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 }));
  const deadline = Date.now() + options.timeoutMs;
  let waited = false;
  while (!explained(directory, () => tryLock(lock))) {
    if (Date.now() >= deadline) {
      lock.close();
      throw new LockTaken(
        'ATOMIC_COMMIT_FAILED',
        `another transaction held the lock of this repository for longer than lock-timeout (${duration(options.timeoutMs)})`,
        { next: `Let it end, or raise lock-timeout. The lock is ${join(directory, 'lock.sqlite')}.` },
      );
    }
    if (!waited) options.onWait('Another transaction in this repository is running: waiting for its lock.');
    waited = true;
    await setTimeout(20 + Math.random() * 80, undefined, { signal: options.signal });
  }
  return lock;
}

/** Throws 65 where this user may not write: SQLite would say that the disk cannot be read. */
function requireWritable(directory: string): void {
  const files = ['ledger.sqlite', 'lock.sqlite'].map((name) => join(directory, name));
  for (const place of [directory, ...files]) {
    try {
      accessSync(place, constants.W_OK);
    } catch (error) {
      if (errorCode(error) !== 'EACCES') continue;
      throw new TransactionError('ATOMIC_COMMIT_FAILED', `${place} may not be written by this user`, {
        cause: error,
        next: 'Run the step as the user who owns the repository, or give it to this one (chown).',
      });
    }
  }
}

/** Runs `open`; SQLite says "cannot open" and "I/O error" of a disk without a free block or inode. */
function explained<T>(directory: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw isNearlyFull(directory) ? noSpace(error) : error;
  }
}

/** A full disk, of which SQLite said something else. */
export function noSpace(error: unknown): Error {
  const message = `no space left for the ledger: ${(error as Error).message}`;
  return Object.assign(new Error(message, { cause: error }), { code: 'ENOSPC' });
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return false;
    throw error;
  }
}
