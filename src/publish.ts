/**
 * The protocol of clause 3, top to bottom. Whatever fails before the commit point is undone, last effect
 * first; the commit point itself is in `AtomicCommitCoordinator.commit`.
 */
import { existsSync, lstatSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { awaitCheck } from './check-run.ts';
import { AtomicCommitCoordinator, type Outcome } from './coordinator.ts';
import { asTransactionError, TransactionError } from './errors.ts';
import {
  FAILURES,
  type GateName,
  judgeCommand,
  judgeResult,
  namedCheck,
  requireYes,
  verdictOf,
} from './gates.ts';
import type { Inputs } from './inputs.ts';
import { refuseFork } from './push-rights.ts';
import type { Report } from './report.ts';
import { runUserCommand, type UserResult } from './shell.ts';
import { resolveArtifacts, resolvePreserved, type StagedFile } from './staging.ts';

const GATES: readonly GateName[] = ['consistency', 'message'];

export interface Publication {
  coordinator: AtomicCommitCoordinator;
  /** What the transaction came to, or why it came to nothing. */
  outcome: Outcome | TransactionError;
}

/** Publishes, or changes nothing. Never rejects: a failure is the outcome. */
export async function publish(
  inputs: Inputs,
  report: Report,
  signal: AbortSignal,
  onStart: (coordinator: AtomicCommitCoordinator) => void,
): Promise<Publication> {
  const coordinator = new AtomicCommitCoordinator({
    ...inputs,
    credentials: { serverUrl: inputs.serverUrl, token: inputs.token },
    signal,
    say: report.say,
    step: report.step,
    progress: report.progress('Staging'),
  });
  onStart(coordinator);
  try {
    return { coordinator, outcome: await protocol(coordinator, inputs, report, signal) };
  } catch (error) {
    const failure = signal.aborted ? cancelled(signal) : asTransactionError(error, 'the transaction failed');
    try {
      return { coordinator, outcome: (await coordinator.rollback(failure)) ?? failure };
    } catch (undoing) {
      return { coordinator, outcome: asTransactionError(undoing, 'undoing failed') };
    }
  } finally {
    coordinator.close();
  }
}

function cancelled(signal: AbortSignal): TransactionError {
  return new TransactionError('ATOMIC_COMMIT_FAILED', `the run was cancelled (${signal.reason})`, {
    cause: signal.reason,
  });
}

async function protocol(
  coordinator: AtomicCommitCoordinator,
  inputs: Inputs,
  report: Report,
  signal: AbortSignal,
): Promise<Outcome> {
  // 1. Recover what a crash left; without a ledger there is nothing, and nothing is made.
  if (await coordinator.session.hasHistory())
    await coordinator.step('Recover', () => coordinator.session.open());

  // What can never be pushed need not be made.
  if (inputs.commit && inputs.push) refuseFork();

  // 2. Results handed in as values: a no ends here, with no trace on the disk.
  const checked = new Map<GateName, string>();
  for (const gate of GATES) {
    const name = namedCheck(inputs[gate]);
    if (name !== undefined) checked.set(gate, (await coordinator.session.readBase()).sha);
    const verdict =
      name === undefined
        ? judgeResult(gate, inputs[gate], inputs.workingDirectory)
        : verdictOf(gate, await askCheck(coordinator, inputs, report, signal, name, checked.get(gate)!));
    if (!verdict) continue;
    report.verdicts.push(verdict);
    requireYes(verdict);
  }

  // 3. Begin: the intent is on disk before anything else.
  await coordinator.step('Begin', () => coordinator.begin(inputs.taskId));
  const { base_sha: base } = coordinator.record!;
  for (const [gate, sha] of checked) {
    if (sha === base) continue;
    throw new TransactionError(
      FAILURES[gate],
      `the branch moved from ${sha} to ${base} after its checks were read`,
      {
        next: 'Run again: the checks of the new commit count.',
      },
    );
  }

  // 4. Produce into staging.
  await coordinator.step('Produce', () => produce(coordinator, inputs, report, signal));

  // 5. Seal: hash, manifest, sync.
  await coordinator.step('Seal', async () => {
    const { tree } = await coordinator.sealStaging();
    if (tree.length === 0) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        'there is nothing to publish: no output is in $ATOMIC_STAGING',
        {
          next: 'Let run write below $ATOMIC_STAGING, not into the target, or give artifacts or contents.',
        },
      );
    }
    report.say(`${tree.length} ${tree.length === 1 ? 'file' : 'files'} sealed.`);
  });

  // 6. Gate commands see staging.
  const message = await coordinator.compose(inputs.commitMessage ?? defaultMessage(inputs, coordinator));
  for (const gate of GATES) {
    const script = inputs[gate].command;
    if (script === undefined) continue;
    await coordinator.step(`Gate: ${gate}`, async () => {
      const run = command(coordinator, inputs, report, signal, coordinator.staging, message);
      const verdict = judgeCommand(gate, await run(`${gate}-command`, script, inputs.gateTimeoutMs));
      report.verdicts.push(verdict);
      requireYes(verdict);
      await coordinator.requireSeal(coordinator.staging, `by ${gate}-command`);
    });
  }

  // 7. Preconditions: what is still to be written has room.
  coordinator.requirePreconditions();

  // 8. Nothing differs from what is published, and the remote carries it.
  if (await coordinator.step('Compare', () => coordinator.isPublished())) return coordinator.endUnchanged();

  // 9 to 14. Prepare, publish, validate, commit, push.
  const { validationCommand } = inputs;
  if (validationCommand === undefined) return coordinator.commit(message);
  return coordinator.commit(message, async () => {
    const { target } = coordinator.record!;
    const run = command(coordinator, inputs, report, signal, target, message);
    const result = await run('validation-command', validationCommand, inputs.gateTimeoutMs);
    if (result.failure === undefined) return;
    throw new TransactionError('ATOMIC_COMMIT_FAILED', `validation-command ${result.failure}`, {
      tail: result.tail,
      next: 'Mend what the validation found and run again.',
    });
  });
}

function askCheck(
  { session: { github } }: AtomicCommitCoordinator,
  { gateTimeoutMs: timeoutMs }: Inputs,
  { say }: Report,
  signal: AbortSignal,
  name: string,
  sha: string,
): Promise<[boolean, string]> {
  if (github)
    return awaitCheck({ name, sha, timeoutMs, say, signal, read: () => github.checkRuns(sha, name) });
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `a gate asks for the check ${JSON.stringify(name)}, and GitHub cannot be asked: there is no token or no repository`,
    { next: 'Use check:NAME in a workflow of GitHub, with a token that may read checks.' },
  );
}

function defaultMessage(inputs: Inputs, coordinator: AtomicCommitCoordinator): string {
  const { tree } = coordinator.seal!;
  return `chore: publish ${basename(inputs.target)} for ${inputs.taskId}\n\n${tree.length} files, one transaction.`;
}

/** Fills staging from `run`, `artifacts`, `contents` and `preserve`. */
async function produce(
  coordinator: AtomicCommitCoordinator,
  inputs: Inputs,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  if (inputs.run !== undefined) {
    const run = command(coordinator, inputs, report, signal, coordinator.staging, '');
    const result = await run('run', inputs.run, inputs.runTimeoutMs);
    if (result.failure !== undefined) {
      throw new TransactionError('ATOMIC_COMMIT_FAILED', `the command of input run ${result.failure}`, {
        tail: result.tail,
        next: 'Mend the command and run again.',
      });
    }
  }
  const files: StagedFile[] = resolveArtifacts(inputs.artifacts, inputs.workingDirectory);
  for (const [path, content] of inputs.contents) files.push({ path, content });
  const named = new Set(files.map(({ path }) => path));
  const preserved = resolvePreserved(inputs.preserve, coordinator.record!.target, inputs.manifest);
  const free = ({ path }: StagedFile) => !named.has(path) && !existsSync(join(coordinator.staging, path));
  files.push(...preserved.filter(free));
  const bytes = files.reduce(
    (sum, { source, content }) => sum + (source ? lstatSync(source).size : (content?.length ?? 0)),
    0,
  );
  coordinator.requireSpaceFor(bytes, files.length);
  await coordinator.stageChanges(files);
}

type Command = (input: string, script: string, timeoutMs: number | undefined) => Promise<UserResult>;

/** Prepares a user's command with the environment of clause 4. */
function command(
  coordinator: AtomicCommitCoordinator,
  inputs: Inputs,
  report: Report,
  signal: AbortSignal,
  outputs: string,
  message: string,
): Command {
  const { target, base_sha: base, id, staging } = coordinator.record!;
  const messageFile = join(staging, 'message');
  writeFileSync(messageFile, message);
  return (input, script, timeoutMs) =>
    runUserCommand({
      input,
      script,
      shell: inputs.shell,
      cwd: inputs.workingDirectory,
      temp: inputs.temp,
      timeoutMs,
      signal,
      onLine: report.say,
      env: {
        ATOMIC_STAGING: outputs,
        ATOMIC_TARGET: target,
        ATOMIC_MANIFEST: join(outputs, inputs.manifest),
        ATOMIC_MESSAGE_FILE: messageFile,
        ATOMIC_TASK_ID: inputs.taskId,
        ATOMIC_TRANSACTION_ID: id,
        ATOMIC_BASE: base ?? '',
      },
    });
}
