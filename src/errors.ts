import { constants } from 'node:os';
import { withPages } from './links.ts';

/** Exit codes of clause 14. No other code leaves the process. */
export const EXIT_CODES = {
  COMMITTED: 0,
  OUTPUT_NOT_WRITABLE: 61,
  INSUFFICIENT_DISK_SPACE: 62,
  CONSISTENCY_VALIDATION_FAILED: 63,
  MESSAGE_VALIDATION_FAILED: 64,
  ATOMIC_COMMIT_FAILED: 65,
  ROLLBACK_FAILED: 66,
} as const;

export type ExitName = keyof typeof EXIT_CODES;
export type FailureName = Exclude<ExitName, 'COMMITTED'>;

/** What to do about a failure that says nothing of its own about it (clause 18). */
const NEXT: Record<FailureName, string> = {
  OUTPUT_NOT_WRITABLE: 'Let the target be one that this user can replace, and run again.',
  INSUFFICIENT_DISK_SPACE: 'Free space or inodes on that file system and run again.',
  CONSISTENCY_VALIDATION_FAILED: 'Mend what the gate found, and run again.',
  MESSAGE_VALIDATION_FAILED: 'Mend what the gate found, and run again.',
  ATOMIC_COMMIT_FAILED: 'Mend what is said to have failed, and run again.',
  ROLLBACK_FAILED: 'Run mode recover. See docs/recovery.md.',
};

/**
 * The one error for everything that stops a transaction. `message` names the input, path or limit at fault;
 * `next` says what to do about it; `tail` is the end of the output of the command that failed; `bug` the exception
 * that nobody expected.
 */
export class TransactionError extends Error {
  readonly code: FailureName;
  readonly next: string | undefined;
  readonly tail: readonly string[];
  readonly bug: Error | undefined;

  constructor(
    code: FailureName,
    message: string,
    options: {
      next?: string | undefined;
      tail?: readonly string[];
      cause?: unknown;
      bug?: Error | undefined;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = code;
    this.code = code;
    this.next = options.next;
    this.tail = options.tail ?? [];
    this.bug = options.bug;
  }

  /** What to do about it, in any case. */
  get remedy(): string {
    return withPages(this.next ?? NEXT[this.code]);
  }
}

export const REPORT_IT = 'Please report it with the stack trace and the versions in the log.';

const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'EXDEV', 'EBUSY', 'EINVAL', 'ENOSYS', 'ENOTDIR']);
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);
/** libuv has no name for EDQUOT: node says `UNKNOWN`, with the system's number. */
const EDQUOT = -constants.errno.EDQUOT;

/** SQLite's result code for a full disk; the low byte of an extended code. */
const SQLITE_FULL = 13;

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** True for every way this process learns that a disk or a quota is full (clause 6). */
export function isNoSpace(error: unknown): boolean {
  const { code, errno, errcode, message } = (error ?? {}) as NodeJS.ErrnoException & { errcode?: number };
  return (
    NO_SPACE.has(code ?? '') ||
    errno === EDQUOT ||
    (errcode !== undefined && (errcode & 0xff) === SQLITE_FULL) ||
    /No space left on device|Out of diskspace|Disk quota exceeded/.test(message ?? '')
  );
}

/**
 * True for an exception that no disk, no server and no cancellation explains. Those of the system carry a number, and
 * what a child was told by it the name alone, as `EIO`; names of node's own begin with `ERR_`.
 */
function isBug(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name === 'AbortError') return false;
  return !('errno' in error) && !('errcode' in error) && !/^E[A-Z0-9]+$/.test(errorCode(error) ?? '');
}

/**
 * Turns what the system said into a failure of clause 14: a full disk is 62 wherever it happens, a refusal
 * by the target's file system 61, anything else 65; what nobody expected is kept as a bug.
 */
export function asTransactionError(error: unknown, doing: string, where?: 'target'): TransactionError {
  if (error instanceof TransactionError) return error;
  const message = `${doing}: ${error instanceof Error ? error.message : String(error)}`;
  if (isNoSpace(error)) {
    return new TransactionError('INSUFFICIENT_DISK_SPACE', message, { cause: error });
  }
  if (where === 'target' && NOT_WRITABLE.has(errorCode(error) ?? '')) {
    return new TransactionError('OUTPUT_NOT_WRITABLE', message, {
      cause: error,
      next: 'The directory that holds the target must be writable for this user and on one mount with the target.',
    });
  }
  if (!isBug(error)) return new TransactionError('ATOMIC_COMMIT_FAILED', message, { cause: error });
  return new TransactionError('ATOMIC_COMMIT_FAILED', message, {
    cause: error,
    bug: error,
    next: `This is a bug in Atomic Publish. ${REPORT_IT}`,
  });
}
