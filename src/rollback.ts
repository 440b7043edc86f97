/**
 * Rollback on request (clause 11). Each scope is an operation in place of its own, with its own `pre-op`: nothing a user
 * had is lost, and one that dies halfway is undone like any other. A committed transaction is never rolled back: it is
 * reverted by a new one.
 */
import type { Outcome } from './base-coordinator.ts';
import { TransactionError } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { commitAt } from './layout.ts';
import type { OperationCoordinator } from './operation-coordinator.ts';
import { quote } from './paths.ts';
import type { Record, RollbackScope } from './record.ts';
import type { Change } from './replay.ts';
import type { Report } from './report.ts';

const CHECKPOINTS = ['post-op', 'op-exec', 'pre-op'] as const;

function refuse(message: string, next: string): TransactionError {
  return new TransactionError('ATOMIC_COMMIT_FAILED', message, { next });
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
): Promise<Outcome> {
  const { session } = coordinator;
  await session.locate();
  await coordinator.step('Recover', () => session.open()); // Whatever a crash left is settled first.
  const { rollbackTo: to, rollbackScope: scope, rollbackPaths: paths, taskId } = inputs;
  const goal = await findGoal(coordinator, to, scope);
  const isCommitted = goal.record?.state === 'COMMITTED' && goal.record.commit_sha !== null;
  if (scope === 'operation' && (isCommitted || goal.record === undefined)) {
    return revert(coordinator, inputs, goal, report);
  }
  if (scope === 'phase' && isCommitted) {
    throw refuse(
      `transaction ${goal.record!.id} is committed: its last phase cannot be taken back`,
      'Set rollback-scope to operation: it reverts the whole by a new transaction.',
    );
  }
  await coordinator.step('PRE-OP', () => coordinator.begin(taskId, `rollback to ${goal.name}`));
  await coordinator.step('Roll back', async () => {
    if (scope === 'emergency') return coordinator.operation.resetTo(goal.commit);
    if (scope !== 'paths') await requireHead(coordinator, goal);
    const changes = await coordinator.operation.differences(goal.commit, scope === 'paths' ? paths : []);
    if (scope === 'paths' && changes.length === 0)
      report.say('The named files are already what the checkpoint holds.');
    await coordinator.operation.write(changes);
    if (scope !== 'paths' && goal.name.endsWith('/pre-op'))
      await coordinator.operation.restoreStaged(goal.commit);
    report.say(`${changes.length} paths were put back to ${goal.name}.`);
  });
  return coordinator.endRolledBack(`rolled back to ${goal.name}`);
}

/** Finds what `to` names: a transaction, one of its checkpoints, or a commit; the latest transaction when it is empty. */
async function findGoal(
  { session }: OperationCoordinator,
  to: string | undefined,
  scope: RollbackScope,
): Promise<Goal> {
  const { git } = session;
  const ledger = session.ledger!;
  const [, id = to, checkpoint] =
    /^(?:refs\/atomic\/)?([^/]+)\/(pre-op|op-exec|post-op|emergency)$/.exec(to ?? '') ?? [];
  const record = id === undefined ? ledger.latest() : ledger.find(id);
  if (record === undefined && checkpoint === undefined) {
    const commit = to === undefined ? '' : await commitAt(git, to);
    if (commit !== '') return { commit, name: to!, record: undefined };
    throw refuse(
      to === undefined
        ? 'there is no transaction to roll back in this clone'
        : `input rollback-to holds ${quote(to)}, which is no transaction of this clone, no checkpoint and no commit`,
      'Give the id of a transaction (git for-each-ref refs/atomic), one of its checkpoints as ID/pre-op, or a commit.',
    );
  }
  const names = checkpoint === undefined ? await checkpointsFor(session, record!.id, scope) : [checkpoint];
  for (const name of names) {
    const commit = await commitAt(git, `refs/atomic/${id ?? record!.id}/${name}`);
    if (commit !== '') return { commit, name: `${id ?? record!.id}/${name}`, record };
  }
  throw refuse(
    `transaction ${id ?? record!.id} has no checkpoint ${names.join(' or ')} any more`,
    'Checkpoints are kept for the last transactions only (input checkpoints). Give a commit.',
  );
}

/** `phase` goes back to what the last phase started from; everything else to before the operation. */
async function checkpointsFor(
  { git }: OperationCoordinator['session'],
  id: string,
  scope: RollbackScope,
): Promise<string[]> {
  if (scope !== 'phase') return ['pre-op'];
  for (const [index, name] of CHECKPOINTS.entries()) {
    if ((await commitAt(git, `refs/atomic/${id}/${name}`)) !== '')
      return [...CHECKPOINTS.slice(index + 1), 'pre-op'];
  }
  return ['pre-op'];
}

/** Throws 65 when HEAD is no longer at the commit a checkpoint was made on: its files belong to that one. */
async function requireHead({ session, record }: OperationCoordinator, { commit, name }: Goal): Promise<void> {
  const parents = await session.git.run(['rev-list', '--max-count=1', '--parents', commit]);
  const [, preOp = ''] = parents.split(' ');
  const bases = [preOp, await commitAt(session.git, `${preOp}^`)]; // op-exec stands on pre-op, and that on the base.
  if (bases.includes(record!.base_sha!)) return;
  throw refuse(
    `the branch is at ${record!.base_sha} now, and ${name} was made on ${bases.at(-1) || preOp}`,
    'Restore single files with rollback-scope paths, or put everything at a commit with emergency.',
  );
}

/** A new transaction that takes back what a committed one changed. */
async function revert(
  coordinator: OperationCoordinator,
  inputs: Inputs,
  goal: Goal,
  report: Report,
): Promise<Outcome> {
  const { git } = coordinator.session;
  const commit = goal.record?.local_sha ?? goal.commit;
  const base = goal.record?.base_sha ?? (await commitAt(git, `${commit}^`));
  const trailer = [
    'log',
    '-1',
    '--no-show-signature',
    '--format=%(trailers:key=Transaction-ID,valueonly,unfold)',
  ];
  const id = goal.record?.id ?? (await git.run([...trailer, commit])).trim();
  if (id === '' || base === '') {
    throw refuse(
      `input rollback-to holds ${quote(goal.name)}, a commit that is not of a transaction`,
      'Revert it with git, or give a commit that carries the trailer Transaction-ID.',
    );
  }
  coordinator.addTrailers({ 'Reverts-Transaction': id });
  const text = inputs.commitMessage ?? `revert: ${id} for ${inputs.taskId}`;
  await coordinator.step('PRE-OP', () => coordinator.begin(inputs.taskId, text));
  await coordinator.step('OP-EXEC', async () => {
    const taken = await coordinator.operation.inverse(base, commit);
    await requireUntouched(coordinator, taken, id);
    await coordinator.operation.write(taken);
    const count = await coordinator.seal();
    report.say(`${count} paths are again what they were before transaction ${id}.`);
  });
  if (await coordinator.isUnchanged()) return coordinator.endUnchanged();
  return coordinator.commit(text);
}

/** Throws 65 when what is to be taken back has been changed since, in a commit or in the working tree. */
async function requireUntouched(
  { operation }: OperationCoordinator,
  taken: readonly Change[],
  id: string,
): Promise<void> {
  const changed = await operation.firstTouched(taken);
  if (changed === undefined) return;
  throw refuse(
    `transaction ${id} cannot be reverted: ${quote(changed)} was changed since`,
    'Take that change back first, or restore single files with rollback-scope paths.',
  );
}
