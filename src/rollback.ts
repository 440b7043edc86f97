/**
 * Rollback on request (clause 11). Each scope is an operation in place of its own, with its own `pre-op`: nothing a user
 * had is lost, and one that dies halfway is undone like any other. A committed transaction is never rolled back: it is
 * reverted by a new one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './base-coordinator.ts';
import { TransactionError } from './errors.ts';
import { baseOf, changedBy, commitOf, revertOf, trailerOf } from './history.ts';
import type { Inputs } from './inputs.ts';
import { commitAt } from './layout.ts';
import type { OperationCoordinator } from './operation-coordinator.ts';
import { quote, wayTo } from './paths.ts';
import { isWithin, resolveTarget } from './preconditions.ts';
import { count } from './quantities.ts';
import { isInPlace, type Record } from './record.ts';
import type { Change } from './replay.ts';
import type { Report } from './report.ts';
import { WRITTEN } from './restoration.ts';
import { rootOf, type Session } from './session.ts';
import type { Steps } from './steps.ts';

const CHECKPOINTS = ['post-op', 'op-exec', 'pre-op'] as const;

function refuse(message: string, next: string): TransactionError {
  return new TransactionError('ATOMIC_COMMIT_FAILED', message, { next });
}

function isOfAnother(id: string, target: string): TransactionError {
  return refuse(
    `transaction ${id} published something else than target ${quote(target)}`,
    'Leave target out, or leave rollback-to empty for the latest transaction of this target.',
  );
}

/** Throws 65 where a checkpoint is of another working tree: what was uncommitted there is nothing of this one. */
function requireOwnTree(record: Readonly<Record>, topLevel: string): void {
  const root = rootOf(record);
  if (root === topLevel || !existsSync(root)) return; // A clone may have been moved as a whole.
  throw refuse(`transaction ${record.id} ran in the working tree ${quote(root)}`, 'Run this step there.');
}

/** What a rollback goes back to, or what it reverts. */
interface Goal {
  /** The commit whose tree is wanted. */
  commit: string;
  /** How it was named, for people. */
  name: string;
  /** The transaction it belongs to, as far as this clone knows. */
  record: Readonly<Record> | undefined;
}

/** Mode `rollback`: brings the working tree, and with it the branch where that is meant, back. */
export async function rollBack(
  coordinator: OperationCoordinator,
  inputs: Inputs,
  report: Report,
  steps: Steps,
): Promise<Outcome> {
  const { session, options } = coordinator;
  await session.locate();
  await coordinator.step('Recover', () => session.open()); // Whatever a crash left is settled first.
  await steps.readResults();
  const { rollbackPaths: paths, taskId } = inputs;
  const scope = inputs.scope!;
  // A target that is named is all that goes back, whatever else was published since.
  const target = inputs.isInPlace ? undefined : resolveTarget(inputs.target, inputs.workspace);
  const goal = await findGoal(coordinator, inputs, target);
  const { record } = goal;
  const isCommitted = record?.state === 'COMMITTED' && record.commit_sha !== null;
  if (scope === 'operation' && (isCommitted || record === undefined)) {
    return revert(coordinator, inputs, { ...goal, target }, report, steps);
  }
  if (target !== undefined && record === undefined) {
    throw refuse(
      `input rollback-to holds ${quote(goal.name)}, and what that published is not known in this clone`,
      'Leave target out, or set rollback-scope to operation.',
    );
  }
  if (target !== undefined && record?.target !== target) throw isOfAnother(record!.id, target);
  if (record) requireOwnTree(record, session.layout!.topLevel);
  if (scope === 'phase' && isCommitted) {
    throw refuse(
      `transaction ${record!.id} is committed: its last phase cannot be taken back`,
      'Set rollback-scope to operation: it reverts the whole by a new transaction.',
    );
  }
  await coordinator.step('PRE-OP', () => coordinator.begin(taskId, `rollback to ${goal.name}`));
  steps.noteResults();
  // The checkpoints of a target speak of nothing else.
  const ofTarget = record && !isInPlace(record) ? [wayTo(session.layout!.topLevel, record.target)] : [];
  const own = scope === 'paths' ? paths : ofTarget;
  const { restoration } = coordinator.operation;
  const changed = await coordinator.step('Roll back', async () => {
    if (scope === 'emergency') {
      const isElsewhere = await restoration.resetTo(goal.commit);
      report.say(`The branch was at ${coordinator.record!.base_sha}, and is at ${goal.commit} now.`);
      return isElsewhere;
    }
    if (scope === 'paths') await requirePaths(coordinator, goal, paths);
    else await requireHead(coordinator, goal);
    const changes = await restoration.differences(goal.commit, own);
    await restoration.include(changes);
    await restoration.write(changes);
    const isWhole = scope !== 'paths' && goal.name.endsWith('/pre-op') && own.length === 0;
    if (isWhole) await restoration.restoreStaged(goal.commit);
    report.say(`Put back to ${goal.name}: ${count(changes.length, 'path')}.`);
    return changes.length > 0;
  });
  const done = `rolled back to ${goal.name}`;
  if (!changed) return coordinator.endRolledBack(`${done}, where all was already`, false);
  const ref = `refs/atomic/${options.transactionId}/${scope === 'emergency' ? 'emergency' : 'pre-op'}`;
  const kept = `what stood there is kept in this clone (git diff --stat HEAD ${ref})`;
  report.say(`${kept[0]!.toUpperCase()}${kept.slice(1)}.`);
  return coordinator.endRolledBack(`${done}; ${kept}`, true);
}

/** Finds what `to` names: a transaction, one of its checkpoints, or a commit; the latest transaction when it is empty. */
async function findGoal(
  { session }: OperationCoordinator,
  { rollbackTo: to, scope }: Inputs,
  target: string | undefined,
): Promise<Goal> {
  const { git } = session;
  const ledger = session.ledger!;
  const [, id = to, checkpoint] =
    /^(?:refs\/atomic\/)?([^/]+)\/(pre-op|op-exec|post-op|emergency)$/.exec(to ?? '') ?? [];
  const record = id === undefined ? await findLatest(session, scope, target) : ledger.find(id);
  if (record === undefined && checkpoint === undefined) {
    // In a fresh clone the ledger is empty, and the history says it.
    const commit = to === undefined ? '' : (await commitAt(git, to)) || (await commitOf(git, to));
    if (commit !== '') return { commit, name: to!, record: undefined };
    throw refuse(
      to === undefined
        ? `there is no committed transaction${target === undefined ? '' : ` of target ${quote(target)}`} in this clone that still stands`
        : `input rollback-to holds ${quote(to)}, which is no transaction of this clone, no checkpoint and no commit`,
      'In a fresh clone, as of every runner, give its id or its commit (outputs transaction-id and commit-sha), and check ' +
        'out with fetch-depth: 0. In this clone git for-each-ref refs/atomic lists them, with checkpoints as ID/pre-op.',
    );
  }
  const owner = id ?? record!.id;
  const names = checkpoint === undefined ? await checkpointsFor(session, owner, scope) : [checkpoint];
  for (const name of names) {
    const commit = await commitAt(git, `refs/atomic/${owner}/${name}`);
    if (commit !== '') return { commit, name: `${owner}/${name}`, record };
  }
  if (record?.branch === null) {
    throw refuse(
      `transaction ${record.id} has no checkpoint: it made no commit`,
      'With commit: false nothing of what was replaced is kept.',
    );
  }
  throw refuse(
    `transaction ${owner} has no checkpoint ${names.join(' or ')} any more`,
    'Checkpoints are kept for the last transactions only (input checkpoints). Give a commit.',
  );
}

/** The latest transaction, for `phase`; else the latest that made a commit and was not reverted, or stands again. */
async function findLatest(
  session: Session,
  scope: Inputs['scope'],
  target: string | undefined,
): Promise<Readonly<Record> | undefined> {
  for (const record of session.ledger!.latest(scope !== 'phase', target))
    if (scope === 'phase' || (await revertOf(session, record.id)) === '') return record;
  return undefined;
}

/** `phase` goes back to what the last phase started from; everything else to before the operation. */
async function checkpointsFor({ git }: Session, id: string, scope: Inputs['scope']): Promise<string[]> {
  if (scope !== 'phase') return ['pre-op'];
  for (const [index, name] of CHECKPOINTS.entries()) {
    if ((await commitAt(git, `refs/atomic/${id}/${name}`)) !== '')
      return [...CHECKPOINTS.slice(index + 1), 'pre-op'];
  }
  return ['pre-op'];
}

/** Throws 65 for a path that neither the checkpoint nor the working tree has. */
async function requirePaths(
  { session, record }: OperationCoordinator,
  { commit, name }: Goal,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths.filter((one) => one !== '.')) {
    const list = ['ls-tree', '--name-only', '--full-tree'];
    const found = await Promise.all(
      [commit, record!.preop_sha!].map((tree) =>
        session.git.try(['--literal-pathspecs', ...list, tree, '--', path]),
      ),
    );
    if (found.some(({ exitCode, stdout }) => exitCode === 0 && stdout.length > 0)) continue;
    throw refuse(
      `input rollback-paths holds ${quote(path)}, which neither ${name} nor the working tree has`,
      'Give files and directories relative to the top level.',
    );
  }
}

/** Throws 65 when HEAD is no longer at the commit a checkpoint was made on: its files belong to that one. */
async function requireHead({ session, record }: OperationCoordinator, { commit, name }: Goal): Promise<void> {
  const parents = await session.git.run(['rev-list', '--max-count=1', '--parents', commit]);
  const [, preOp = ''] = parents.split(' ');
  // pre-op stands on the base or is the base itself, and op-exec stands on pre-op.
  const bases = [commit, preOp, preOp && (await commitAt(session.git, `${preOp}^`))];
  if (bases.includes(record!.base_sha!)) return;
  throw refuse(
    `the branch is at ${record!.base_sha} now, and ${name} was made on another commit`,
    'Restore single files with rollback-scope paths, or put everything at a commit with emergency.',
  );
}

/** A new transaction that takes back what a committed one changed. */
async function revert(
  coordinator: OperationCoordinator,
  inputs: Inputs,
  goal: Goal & { target: string | undefined },
  report: Report,
  steps: Steps,
): Promise<Outcome> {
  const { session } = coordinator;
  const { git } = session;
  const commit = goal.record?.local_sha ?? goal.commit;
  const id = goal.record?.id ?? (await trailerOf(git, commit, 'Transaction-ID'));
  const base = goal.record?.base_sha ?? (await baseOf(git, commit, id));
  if (id === '' || base === '') {
    throw refuse(
      `input rollback-to holds ${quote(goal.name)}, a commit that ${id === '' ? 'is not of a transaction' : 'is at the edge of this shallow clone'}`,
      'Give a commit that carries the trailer Transaction-ID, and check out with fetch-depth: 0.',
    );
  }
  const earlier = await revertOf(session, id);
  if (earlier !== '') {
    throw refuse(
      `transaction ${id} was reverted by ${earlier} already`,
      `To bring it back, give rollback-to ${earlier}.`,
    );
  }
  coordinator.addTrailers({ 'Reverts-Transaction': id });
  const text = inputs.commitMessage ?? `revert: ${id} for ${inputs.taskId}`;
  await coordinator.step('PRE-OP', () => coordinator.begin(inputs.taskId, text));
  steps.noteResults();
  await coordinator.step('OP-EXEC', async () => {
    const { restoration } = coordinator.operation;
    const taken = await restoration.inverse(base, commit);
    const { target } = goal;
    const isOwn = ({ path }: Change) =>
      target === undefined || isWithin(target, join(session.layout!.topLevel, path));
    if (!taken.every(isOwn)) throw isOfAnother(id, target!);
    await restoration.include(taken);
    await requireUntouched(coordinator, taken, commit, id);
    await restoration.write(taken);
    report.say(`Put back to before transaction ${id}: ${count(await coordinator.seal(WRITTEN), 'path')}.`);
    requireWhole(id, taken, await coordinator.operation.changes());
  });
  if (await coordinator.isUnchanged()) return coordinator.endUnchanged();
  return coordinator.commit(text);
}

/** Throws 65 where the working tree has not become what it was: half of a transaction is never taken back. */
function requireWhole(id: string, taken: readonly Change[], made: readonly Change[]): void {
  const sideOf = ({ after }: Change) => `${after.mode} ${after.id}`;
  const left = new Map(taken.map((change) => [change.path, sideOf(change)]));
  const other = made.find((change) => left.get(change.path) !== sideOf(change));
  for (const { path } of made) left.delete(path);
  const path = other?.path ?? left.keys().next().value;
  if (path === undefined) return;
  throw refuse(
    `transaction ${id} cannot be reverted here: ${quote(path)} does not become what it was before`,
    'A submodule is moved by its own commit; else revert in a clone that leaves nothing out, and with no filter in between.',
  );
}

/** Throws 65 when what is to be taken back has been changed since, in a commit or in the working tree. */
async function requireUntouched(
  { operation, session }: OperationCoordinator,
  taken: readonly Change[],
  commit: string,
  id: string,
): Promise<void> {
  const changed = await operation.restoration.firstTouched(taken, commit);
  if (changed === undefined) return;
  const later = await changedBy(session.git.at(session.layout!.topLevel), changed, commit);
  // One that was made again on what others pushed stands there as its own successor.
  const [by, first] = ['', id].includes(later)
    ? ['', 'Take that change']
    : [` by transaction ${later}`, `Roll ${later}`];
  throw refuse(
    `transaction ${id} cannot be reverted: ${quote(changed)} was changed since${by}`,
    `${first} back first, or restore single files with rollback-scope paths.`,
  );
}
