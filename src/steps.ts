/** Steps that a publish and an operation in place share (clauses 3 and 4): gates, and the user's commands. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coordinator } from './base-coordinator.ts';
import { awaitCheck } from './check-run.ts';
import { isNearlyFull } from './disk.ts';
import { TransactionError } from './errors.ts';
import {
  FAILURES,
  type GateName,
  type Judge,
  judgeCommand,
  judgeResult,
  namedCheck,
  requireYes,
  verdictOf,
} from './gates.ts';
import type { Inputs } from './inputs.ts';
import { quote } from './paths.ts';
import { refuseFork } from './push-rights.ts';
import type { Report } from './report.ts';
import { runUserCommand } from './shell.ts';

const GATES: readonly GateName[] = ['consistency', 'message'];

/** What a command of the user finds in its environment. */
export interface Surroundings {
  /** Where the outputs are. */
  outputs: string;
  manifest: string;
  message: string;
  /** A private directory for the message. */
  temporary: string;
  /** Throws where nothing may be written there any more. */
  check: () => void;
}

export class Steps {
  readonly #coordinator: Coordinator;
  readonly #inputs: Inputs;
  readonly #report: Report;
  readonly #signal: AbortSignal;
  /** The commits whose check runs were asked for. */
  readonly #checked = new Map<GateName, string>();

  constructor(coordinator: Coordinator, inputs: Inputs, report: Report, signal: AbortSignal) {
    this.#coordinator = coordinator;
    this.#inputs = inputs;
    this.#report = report;
    this.#signal = signal;
  }

  /** Settles what a crash left; without a ledger there is nothing, and nothing is made. */
  async recover(): Promise<void> {
    const { session, step } = this.#coordinator;
    if (await session.hasHistory()) await step('Recover', () => session.open());
  }

  /** Reads the results handed in as values. Throws 63 or 64 for a no, and 65 for what can never be pushed. */
  async readResults(): Promise<void> {
    const inputs = this.#inputs;
    if (inputs.commit && inputs.push && (inputs.jobServerUrl !== undefined || inputs.token === ''))
      refuseFork();
    for (const gate of GATES) {
      const name = namedCheck(inputs[gate]);
      const verdict =
        name === undefined
          ? judgeResult(gate, inputs[gate], inputs.workingDirectory)
          : verdictOf(gate, await this.#askCheck(gate, name));
      if (!verdict) continue;
      this.#report.verdicts.push(verdict);
      requireYes(verdict);
    }
  }

  async #askCheck(gate: GateName, name: string): Promise<[boolean, string]> {
    const { session } = this.#coordinator;
    const { github } = session;
    if (!github) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `a gate asks for the check ${quote(name)}, and GitHub cannot be asked: there is no token or no repository`,
        { next: 'Use check:NAME in a workflow of GitHub, with a token that may read checks.' },
      );
    }
    const sha = [...this.#checked.values()][0] ?? (await session.readBase()).sha;
    this.#checked.set(gate, sha);
    const { say } = this.#report;
    const timeoutMs = this.#inputs.gateTimeoutMs;
    const read = () => github.checkRuns(sha, name);
    try {
      return await awaitCheck({ name, sha, timeoutMs, say, signal: this.#signal, read });
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      return [false, error.message]; // What GitHub does not tell is not known, and so no yes.
    }
  }

  /**
   * After the transaction has begun: notes the results that were handed in, and throws 63 or 64 when the branch has
   * moved since its check runs were read.
   */
  noteResults(): void {
    const { base_sha: base, began_at } = this.#coordinator.record!;
    for (const { gate } of this.#report.verdicts) {
      const phase = `Gate: ${gate}`;
      this.#coordinator.session.ledger?.notePhase({ phase, began_at, milliseconds: 0, failed: 0 });
    }
    for (const [gate, sha] of this.#checked) {
      if (sha === base) continue;
      throw new TransactionError(
        FAILURES[gate],
        `the branch moved from ${sha} to ${base} after its checks were read`,
        { next: 'Run again: the checks of the new commit count.' },
      );
    }
  }

  /** After the transaction has begun: says which files that the outputs are made from are none. */
  async noteDependencies(): Promise<void> {
    const { session, record } = this.#coordinator;
    if (!record?.remote) return; // What is not pushed is not made again on what others pushed.
    for (const glob of await session.unmatchedDependencies(record.base_sha!)) {
      this.#report.warn(
        `depends-on: ${quote(glob)} matches no file of the base commit. Is it meant like that?`,
      );
    }
  }

  /** Runs the command of input `run`. Throws 65 unless it exits with 0, and 62 where it has left a full disk. */
  async run(script: string, surroundings: Surroundings): Promise<void> {
    const { failure, tail } = await this.#start('run', script, this.#inputs.runTimeoutMs, surroundings);
    if (failure === undefined) return;
    const said = `the command of input run ${failure}`;
    if (isNearlyFull(surroundings.outputs))
      throw new TransactionError('INSUFFICIENT_DISK_SPACE', `${said}, and the disk is full`, { tail });
    throw new TransactionError('ATOMIC_COMMIT_FAILED', said, {
      tail,
      next: /\brun-timeout \(/.test(failure)
        ? 'Raise run-timeout, or see why the command takes so long.'
        : 'Mend the command and run again.',
    });
  }

  get hasGateCommands(): boolean {
    return GATES.some((gate) => this.#inputs[gate].command !== undefined);
  }

  /** Runs the gate commands, and `requireSeal` after each. Throws 63 or 64 for a no. */
  async runGates(surroundings: Surroundings, requireSeal: (when: string) => Promise<void>): Promise<void> {
    for (const gate of GATES) {
      const script = this.#inputs[gate].command;
      if (script === undefined) continue;
      await this.#coordinator.step(`Gate: ${gate}`, async () => {
        await this.#judge(gate, script, surroundings);
        await requireSeal(`by ${gate}-command`);
      });
    }
  }

  /** The validation command, where there is one. It throws 65 unless it exits with 0. */
  validation(surroundings: Surroundings): (() => Promise<void>) | undefined {
    const { validationCommand: script } = this.#inputs;
    return script === undefined ? undefined : () => this.#judge('validation', script, surroundings);
  }

  async #judge(judge: Judge, script: string, surroundings: Surroundings): Promise<void> {
    const result = await this.#start(`${judge}-command`, script, this.#inputs.gateTimeoutMs, surroundings);
    const verdict = judgeCommand(judge, result);
    this.#report.verdicts.push(verdict);
    requireYes(verdict);
  }

  #start(input: string, script: string, timeoutMs: number | undefined, surroundings: Surroundings) {
    const { target, base_sha: base, id } = this.#coordinator.record!;
    const { shell, workingDirectory, temp, taskId } = this.#inputs;
    surroundings.check();
    const messageFile = join(surroundings.temporary, 'message');
    rmSync(messageFile, { force: true }); // The command before may have left a symlink there.
    writeFileSync(messageFile, surroundings.message, { flag: 'wx' });
    return runUserCommand({
      input,
      script,
      shell,
      cwd: workingDirectory,
      temp,
      timeoutMs,
      signal: this.#signal,
      onLine: this.#report.say,
      env: {
        ATOMIC_STAGING: surroundings.outputs,
        ATOMIC_TARGET: target,
        ATOMIC_MANIFEST: surroundings.manifest,
        ATOMIC_MESSAGE_FILE: messageFile,
        ATOMIC_TASK_ID: taskId,
        ATOMIC_TRANSACTION_ID: id,
        ATOMIC_BASE: base ?? '',
      },
    });
  }
}
