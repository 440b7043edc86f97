/**
 * The protocol of clause 3, top to bottom: for a directory that is replaced, and for an operation that edits the
 * working tree in place. Whatever fails before the commit point is undone, last effect first; the commit point
 * itself is in `Coordinator.finish`.
 */
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Coordinator, Outcome } from './base-coordinator.ts';
import { AtomicCommitCoordinator } from './coordinator.ts';
import { listDifferences } from './differences.ts';
import { refuseSymlink } from './disk.ts';
import { asTransactionError, TransactionError } from './errors.ts';
import { unmatchedGlobs } from './globs.ts';
import type { Inputs } from './inputs.ts';
import { OperationCoordinator } from './operation-coordinator.ts';
import { quote } from './paths.ts';
import { count, size } from './quantities.ts';
import type { Report } from './report.ts';
import { rollBack } from './rollback.ts';
import { resolveArtifacts, resolvePreserved, type StagedFile } from './staging.ts';
import { Steps, type Surroundings } from './steps.ts';
import { totalBytes } from './tree.ts';

interface Ending {
  coordinator: Coordinator;
  /** What the transaction came to, or why it came to nothing. */
  outcome: Outcome | TransactionError;
}

/** Publishes, or changes nothing. Never rejects: a failure is the outcome. */
export async function publish(
  inputs: Inputs,
  report: Report,
  signal: AbortSignal,
  onStart: (coordinator: Coordinator) => void,
): Promise<Ending> {
  const options = {
    ...inputs,
    credentials: { serverUrl: inputs.serverUrl, token: inputs.token },
    signal,
    say: report.say,
    step: report.step,
    progress: report.progress,
  };
  const isInPlace = inputs.isInPlace || inputs.scope !== null;
  const coordinator = isInPlace ? new OperationCoordinator(options) : new AtomicCommitCoordinator(options);
  const steps = new Steps(coordinator, inputs, report, signal);
  onStart(coordinator);
  try {
    let outcome: Outcome;
    if (coordinator instanceof AtomicCommitCoordinator)
      outcome = await replace(coordinator, inputs, report, steps);
    else if (inputs.scope !== null) outcome = await rollBack(coordinator, inputs, report, steps);
    else outcome = await operate(coordinator, inputs, report, steps);
    return { coordinator, outcome };
  } catch (error) {
    const failure = signal.aborted ? cancelled(signal) : asTransactionError(error, 'the transaction failed');
    try {
      return { coordinator, outcome: (await coordinator.rollback(failure)) ?? failure };
    } catch (undoing) {
      return { coordinator, outcome: asTransactionError(undoing, 'undoing failed') };
    }
  } finally {
    await coordinator
      .prune()
      .catch((error) => report.warn(`Old checkpoints were not removed: ${error.message}`));
    coordinator.close();
  }
}

function cancelled(signal: AbortSignal): TransactionError {
  return new TransactionError('ATOMIC_COMMIT_FAILED', `the run was cancelled (${signal.reason})`, {
    cause: signal.reason,
    next: 'Run it again: this one has left nothing to settle.',
  });
}

/** The protocol for a target, which is replaced as one unit. */
async function replace(
  coordinator: AtomicCommitCoordinator,
  inputs: Inputs,
  report: Report,
  steps: Steps,
): Promise<Outcome> {
  // 1. Recover what a crash left.
  await steps.recover();

  // 2. Results handed in as values: a no ends here, with no trace on the disk.
  await steps.readResults();

  // 3. Begin: the intent is on disk before anything else.
  await coordinator.step('Begin', () => coordinator.begin(inputs.taskId));
  steps.noteResults();
  await steps.noteDependencies();
  const { staging: temporary, target } = coordinator.record!;
  const surroundings = (outputs: string, message: string): Surroundings => ({
    outputs,
    manifest: join(outputs, inputs.manifest),
    message,
    temporary,
    check: () => coordinator.requireNoSymlink(),
  });

  // 4. Produce into staging.
  await coordinator.step('Produce', async () => {
    if (inputs.run !== undefined) await steps.run(inputs.run, surroundings(coordinator.staging, ''));
    await gather(coordinator, inputs, report);
  });

  if (!steps.hasGateCommands) coordinator.askRemote();

  // 5. Seal: hash, manifest.
  await coordinator.step('Seal', async () => {
    const { tree } = await coordinator.sealStaging();
    report.say(`Sealed: ${count(tree.length, 'file')}, ${size(totalBytes(tree))}.`);
  });

  // 6. Gate commands see staging.
  const { length } = coordinator.tree;
  const name = coordinator.named;
  const text = `chore: publish ${name} for ${inputs.taskId}\n\n${count(length, 'file')}, one transaction.`;
  const message = await coordinator.compose(inputs.commitMessage ?? text);
  await steps.runGates(surroundings(coordinator.staging, message), (when) =>
    coordinator.requireSeal(coordinator.staging, when),
  );
  if (steps.hasGateCommands) coordinator.askRemote();

  // 7. Preconditions: what is still to be written has room.
  coordinator.requirePreconditions();

  // A check ends here (clause 2): what it has made goes, and what differs is said.
  if (inputs.isCheck) {
    if (inputs.validationCommand) report.say('validation-command needs outputs in place: a check has none.');
    return coordinator.check(inputs.failOnChange);
  }

  // 8. Nothing differs from what is published, and the remote carries it.
  if (await coordinator.step('Compare', () => coordinator.isPublished())) return coordinator.endUnchanged();
  const { strangers } = coordinator;
  if (strangers.length > 0)
    report.warn(
      `Of what stands in ${quote(name)} this goes, and no publish has made it: ${listDifferences(strangers)}.`,
    );

  // 9 to 14. Prepare, publish, validate, commit, push.
  return coordinator.commit(message, steps.validation(surroundings(target, message)));
}

/** The protocol without a target: the operation edits the working tree in place. */
async function operate(
  coordinator: OperationCoordinator,
  inputs: Inputs,
  report: Report,
  steps: Steps,
): Promise<Outcome> {
  // 1 and 2. Recover what a crash left; a no that was handed in ends here.
  await steps.recover();
  await steps.readResults();

  // 3. PRE-OP: the intent, and the way back.
  const text = inputs.commitMessage ?? `chore: ${inputs.taskId}`;
  await coordinator.step('PRE-OP', () => coordinator.begin(inputs.taskId, text));
  steps.noteResults();
  await steps.noteDependencies();
  const surroundings: Surroundings = {
    outputs: coordinator.record!.target,
    manifest: coordinator.manifestPath,
    message: '',
    temporary: coordinator.privateDirectory,
    check: () => refuseSymlink(coordinator.privateDirectory),
  };

  // 4 and 5. OP-EXEC: the operation, and the snapshot of what it left.
  await coordinator.step('OP-EXEC', async () => {
    await steps.run(inputs.run!, surroundings);
    report.say(`The operation changed ${count(await coordinator.seal(), 'path')}.`);
    const [first, ...others] = await coordinator.operation.alsoChangedBefore();
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` and ${count(others.length, 'other path')}`;
    report.warn(`${quote(first)}${more} held changes before the operation: they go into the commit with it.`);
  });

  // 6. Gate commands see the working tree.
  const message = await coordinator.compose(text);
  await steps.runGates({ ...surroundings, message }, (when) => coordinator.requireSeal(when));

  // A check ends here: everything goes back.
  if (inputs.isCheck) {
    await coordinator.validate(steps.validation({ ...surroundings, message }));
    return coordinator.check(inputs.failOnChange);
  }

  // 8. Nothing was changed, and the remote has the base.
  if (await coordinator.isUnchanged()) return coordinator.endUnchanged();

  // 9 to 14. POST-OP: prepare, validate, commit, push.
  return coordinator.commit(text, steps.validation({ ...surroundings, message }));
}

/** Fills staging from `artifacts`, `contents` and `preserve`. */
async function gather(coordinator: AtomicCommitCoordinator, inputs: Inputs, report: Report): Promise<void> {
  const files: StagedFile[] = resolveArtifacts(
    inputs.artifacts,
    inputs.workingDirectory,
    coordinator.record!.target,
  );
  for (const [path, content] of inputs.contents) files.push({ path, content });
  coordinator.requireNoSymlink(); // What a symlink in the target's place leads to is not the published tree.
  const named = new Set(files.map(({ path }) => path));
  const { target } = coordinator.record!;
  const preserved = resolvePreserved(inputs.preserve, target, inputs.manifest);
  if (existsSync(target)) {
    const paths = preserved.map(({ path }) => path);
    for (const glob of unmatchedGlobs(inputs.preserve, paths))
      report.warn(`preserve: ${quote(glob)} matches no published file, and keeps none.`);
  }
  const free = ({ path }: StagedFile) => !named.has(path) && !existsSync(join(coordinator.staging, path));
  files.push(...preserved.filter(free));
  const bytes = files.reduce(
    (sum, { source, content }) => sum + (source ? lstatSync(source).size : (content?.length ?? 0)),
    0,
  );
  coordinator.requireSpaceFor(bytes, files.length);
  await coordinator.stageChanges(files);
}
