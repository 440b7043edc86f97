/**
 * Recovery (clause 12): what the ledger's last record and the facts say must be done with a transaction that
 * has no terminal state. `decide` is the whole table, and pure.
 */
import { markChildren } from './command.ts';
import { asTransactionError, EXIT_CODES, TransactionError } from './errors.ts';
import { DETACHED } from './head.ts';
import { commitAt } from './layout.ts';
import type { Ledger } from './ledger.ts';
import { endOrphans } from './orphans.ts';
import { Transaction } from './participant.ts';
import { Parties, type Setting } from './parties.ts';
import { quote } from './paths.ts';
import { isWithin } from './preconditions.ts';
import { isInPlace, isOnlyStaged, isTerminal, type Publication, type Record, type State } from './record.ts';
import { oneLine } from './report.ts';
import { removeBrokenObjects } from './stale-locks.ts';
import { type Generation, stagingFor, workTreeOf } from './target.ts';

export interface Facts {
  /** Which generation stands at the target, by content. */
  target: Generation;
  /** Which one stands where publishing leaves the old tree. */
  staged: Generation;
  /** Where the local branch is; `none` without a commit. */
  branch: 'base' | 'commit' | 'other' | 'none';
  /** Where the remote branch is: at what it held before, at or beyond our commit, elsewhere. */
  remote: 'before' | 'commit' | 'other' | 'unreachable' | 'none';
}

type Decision =
  /** Undo what was done, last effect first: `ROLLED_BACK`. */
  | 'roll back'
  /** The commit point is passed: finish. */
  | 'roll forward'
  /** Nobody knows yet: push the same commit again, which is idempotent. */
  | 'push again'
  /** Neither side can be told, or someone else changed something: touch nothing, 66. */
  | 'in doubt'
  /** The state is terminal: remove what is left. */
  | 'clean up';

export function decide(record: { state: State; publication: Publication | null }, facts: Facts): Decision {
  switch (record.state) {
    case 'COMMITTED':
    case 'ROLLED_BACK':
      return 'clean up';
    case 'INTENT':
    case 'SEALED':
      // Nothing but staging exists, and the target was not touched, whatever it holds: but for our own manifest
      // in it, which means that the ledger has lost what it said since.
      return facts.target === 'new' ? 'in doubt' : 'roll back';
    case 'PUBLISHING':
    case 'ROLLING_BACK':
      return decideUndo(record.publication, facts);
    case 'PUBLISHED':
      if (facts.remote === 'none' && facts.branch === 'commit') return 'roll forward';
      return decideUndo(record.publication, facts);
    case 'PUSHING':
      if (facts.remote === 'commit') return 'roll forward';
      if (facts.remote === 'before') return 'push again';
      if (facts.remote === 'other') return decideUndo(record.publication, facts);
      return 'in doubt';
    default:
      return 'in doubt'; // A state nobody wrote.
  }
}

/** Undoing is safe when every participant is old or new, and the old tree is where it can be put back from. */
function decideUndo(publication: Publication | null, { target, staged, branch }: Facts): Decision {
  if (branch === 'other') return 'in doubt';
  const isFirst = publication === 'rename';
  const isOld = isFirst ? target === 'absent' : target === 'old';
  const canGoBack = target === 'new' && (isFirst || staged === 'old');
  const isBetween = publication === 'two-step' && target === 'absent' && staged === 'old';
  return isOld || canGoBack || isBetween ? 'roll back' : 'in doubt';
}

const RECOVERY_ATTEMPTS = 3;
const LATER = 'Nothing was undone. The next run, or mode recover, asks the remote again and settles it.';

/**
 * Settles every transaction a crash left, the oldest first, and notes each in `settled`. Throws 66 at the first
 * that is in doubt. `settingOf` finds the working tree a transaction ran in, which may be another than ours.
 */
export async function recover(
  ledger: Ledger,
  settingOf: (record: Readonly<Record>) => Promise<Setting>,
  settled: Readonly<Record>[],
): Promise<void> {
  for (const record of ledger.unsettled()) {
    const transaction = new Transaction(ledger, record);
    try {
      requireOwnPlace(record);
      await endOrphans(transaction.privateDirectory);
      markChildren(transaction.privateDirectory); // This run may be killed, too.
      const found = await settingOf(record);
      // What is left is pushed again as it is; making it again elsewhere would be another transaction.
      const policy = { ...found.policy, attempts: RECOVERY_ATTEMPTS, onConflict: 'fail' as const };
      const setting = { ...found, policy, signal: undefined };
      const parties = new Parties(transaction, setting);
      if (setting.isGone && parties.repository) await settleGone(parties, setting);
      else await settle(parties, setting.say);
      const { id, state, reason } = transaction.record;
      setting.say(`Transaction ${id} is settled: ${state}, ${reason}.`);
    } catch (error) {
      throw unsettled(error, `transaction ${record.id} could not be settled`);
    } finally {
      settled.push(transaction.record); // Of one in doubt, too: people ask for its id.
    }
  }
}

/** Throws 66 for a record that no transaction can have written. */
function requireOwnPlace({ id, target, staging, staged }: Readonly<Record>): void {
  if (isInPlace({ staging })) return;
  if (staging === stagingFor(target, id) && isWithin(workTreeOf(staging), staged)) return;
  throw new TransactionError(
    'ROLLBACK_FAILED',
    `the ledger is damaged: transaction ${quote(id)} names ${quote(staging)}`,
    { next: 'Nothing was touched. See docs/recovery.md, "A ledger that cannot be read".' },
  );
}

/** 66, whatever it was: what is not settled is in doubt. */
function unsettled(error: unknown, what: string, otherwise?: string): TransactionError {
  const { code, message, tail, bug, next = otherwise } = asTransactionError(error, what);
  if (error instanceof TransactionError && code === 'ROLLBACK_FAILED') return error;
  const why = error instanceof TransactionError ? `${what}: ${message}` : message;
  return new TransactionError('ROLLBACK_FAILED', why, { cause: error, tail, bug, next });
}

async function settle(parties: Parties, say: (message: string) => void): Promise<void> {
  const { transaction } = parties;
  const { id, state, task_id: taskId } = transaction.record;
  const facts = await gather(parties);
  const decision = decide(transaction.record, facts);
  say(`Transaction ${id} (${taskId}) was left at ${state}: ${decision}.`);
  switch (decision) {
    case 'clean up':
      await parties.repository?.removeStaleLocks();
      return parties.cleanUp();
    case 'roll back':
      return undo(parties);
    case 'roll forward':
      await parties.remote?.place.track();
      return forward(parties);
    case 'push again':
      return pushAgain(parties, facts);
    case 'in doubt':
      throw inDoubt(transaction.record, facts);
  }
}

/**
 * Settles a transaction whose working tree is gone, where nothing in it has to be put back: it had ended, or only staged, or
 * the worktree in which an operation was under way is removed. Throws 66 for another: what it changed may be elsewhere now.
 */
async function settleGone(parties: Parties, { git, layout, say }: Setting): Promise<void> {
  const { transaction, operation } = parties;
  const { id, task_id: taskId, state, branch, branch_sha: before, preop_sha: preOp } = transaction.record;
  const place = quote(layout!.topLevel);
  say(`Transaction ${id} (${taskId}) was left at ${state}: its working tree ${place} is gone.`);
  if (isTerminal(transaction.record)) return parties.cleanUp();
  const isOld = async () => branch === DETACHED || (await commitAt(git, branch!)) === before;
  const isEmpty = async () => !operation || preOp === null || (operation.isForgotten && (await isOld()));
  if (isOnlyStaged(transaction.record) && (await isEmpty())) {
    for (const other of parties.others.toReversed()) await other.rollback();
    const reason = `the process died, and its working tree ${place} is gone; rolled back by recovery`;
    return parties.rolledBack(EXIT_CODES.ATOMIC_COMMIT_FAILED, reason);
  }
  throw new TransactionError(
    'ROLLBACK_FAILED',
    `transaction ${id} is in doubt: git finds no working tree of this repository at ${place}, where it ran`,
    {
      next:
        'Nothing was touched. Give the working tree back (git worktree add, or move it to where it was), or let git forget ' +
        'one that was removed (git worktree prune), then run again. Where that is not enough: docs/recovery.md, "By hand".',
    },
  );
}

/** States in which the target is old or everything has ended: it need not be read whole. */
const UNTOUCHED = new Set<State>(['INTENT', 'SEALED', 'COMMITTED', 'ROLLED_BACK']);

async function gather({ transaction, target, repository, remote }: Parties): Promise<Facts> {
  const { state, staged } = transaction.record;
  if (UNTOUCHED.has(state)) {
    // An earlier one of the same id, in another clone, may have published what the base has.
    const isNew = (target?.carriesOwnManifest() ?? false) && !(await repository?.hasManifest());
    return { target: isNew ? 'new' : 'old', staged: 'absent', branch: 'none', remote: 'none' };
  }
  if (state === 'PUSHING') await remote?.place.requireNoted();
  return {
    // A working tree edited in place can always go back: what stands there is kept first.
    target: target ? await target.inspect() : 'old',
    staged: target ? await target.inspect(target.previous ?? staged) : 'absent',
    branch: repository ? await repository.inspect() : 'none',
    remote: !remote ? 'none' : state === 'PUSHING' ? await remote.inspect() : 'before',
  };
}

async function undo(parties: Parties, why = 'the process died'): Promise<void> {
  const { transaction, operation, repository } = parties;
  await transaction.ledger.releaseReserve();
  if (transaction.record.state === 'PUSHING') await transaction.update({ state: 'ROLLING_BACK' });
  if (operation && repository) await removeBrokenObjects(transaction, repository.layout);
  await parties.undo();
  // Also what others did there since the process died: nobody can tell the two apart.
  const kept = (await operation?.kept()) ?? '';
  const where = kept === '' ? '' : `; what stood in the working tree is kept in this clone (${kept})`;
  await parties.rolledBack(EXIT_CODES.ATOMIC_COMMIT_FAILED, `${why}; rolled back by recovery${where}`);
}

async function forward(parties: Parties): Promise<void> {
  await parties.repository?.removeStaleLocks();
  await parties.committed('committed; completed by recovery');
}

/** The remote's answer decides: accepted is forward, refused is back, and no answer stays in doubt (66). */
async function pushAgain(parties: Parties, facts: Facts): Promise<void> {
  try {
    await parties.remote!.commit();
  } catch (error) {
    if (!parties.remote!.mayLand) {
      const { record } = parties.transaction;
      const { message } = asTransactionError(error, 'pushing again failed');
      const why = `the process died, and the remote refused its commit: ${oneLine(message)}`;
      if (decideUndo(record.publication, facts) === 'roll back') return undo(parties, why);
      throw inDoubt(record, facts);
    }
    throw unsettled(error, 'pushing again failed', LATER);
  }
  return forward(parties);
}

function inDoubt(record: Readonly<Record>, facts: Facts): TransactionError {
  const next =
    facts.remote === 'unreachable'
      ? 'Run again once the remote answers: it decides.'
      : 'See docs/recovery.md for what to look at, then run again.';
  return new TransactionError(
    'ROLLBACK_FAILED',
    `transaction ${record.id} is in doubt: ${describe(record, facts)}`,
    { next: `Nothing was touched. ${next}` },
  );
}

function describe(record: Readonly<Record>, facts: Facts): string {
  return [
    facts.remote === 'unreachable'
      ? `remote ${record.remote} cannot be asked whether it has ${record.commit_sha}`
      : `remote ${record.remote} is at ${facts.remote}`,
    `target ${record.target} is ${facts.target} (old ${record.old_digest}, new manifest ${record.manifest_sha256})`,
    `staging ${record.staged} is ${facts.staged}`,
    `branch ${record.branch} is at ${facts.branch} (base ${record.base_sha}, commit ${record.commit_sha})`,
  ].join('; ');
}
