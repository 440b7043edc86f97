/**
 * The remote as participant (clause 10). Its acceptance of the push is the commit point of the transaction;
 * exit codes lie both ways, so that after each push the remote itself is asked.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as setTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import type { CommandResult } from './command.ts';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import { type Git, gitError } from './git.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';

const PUSH_ATTEMPTS = 3;
const BACKOFF_MS = 500;
/** The runner ends a cancelled step after 7.5 s: until shortly before, the answer to a push is worth waiting for. */
const PUSH_GRACE_MS = 5500;

/** A signal that follows `signal` late: what was sent cannot be called back, but its answer can still arrive. */
function patient(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (!signal) return undefined;
  const late = new AbortController();
  const follow = () => setTimer(() => late.abort(signal.reason), PUSH_GRACE_MS).unref();
  signal.addEventListener('abort', follow, { once: true });
  return late.signal;
}

/** How one push ended, as far as it can be known from here. */
type Answer =
  /** The server said no. */
  | { kind: 'refused'; why: string; error: TransactionError }
  /** Neither this attempt nor an earlier one sent anything. */
  | { kind: 'unsent'; error: TransactionError }
  /** It may have landed, or may yet. */
  | { kind: 'unknown'; error: TransactionError }
  | { kind: 'accepted'; error?: undefined };

export class Remote implements Participant {
  readonly name = 'remote';
  readonly #transaction: Transaction;
  readonly #git: Git;
  #signal: AbortSignal | undefined;
  readonly #say: (message: string) => void;
  #mayLand = false;

  constructor(
    transaction: Transaction,
    options: { git: Git; say: (message: string) => void; signal?: AbortSignal | undefined },
  ) {
    this.#transaction = transaction;
    this.#git = options.git;
    this.#signal = options.signal;
    this.#say = options.say;
  }

  /** True from the first push that may have landed until the remote said otherwise: nothing may be undone. */
  get mayLand(): boolean {
    return this.#mayLand;
  }

  get #record() {
    return this.#transaction.record;
  }

  /** The commit the remote branch is at; empty when there is no such branch. Throws 65 when it cannot be asked. */
  async tip(): Promise<string> {
    const args = ['ls-remote', '--quiet', this.#record.remote!, this.#record.branch!];
    const result = await this.#git.try(args, { signal: this.#signal });
    if (result.exitCode !== 0) {
      const said = gitError(args, result);
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `remote ${quote(this.#record.remote!)} cannot be asked: ${said.message}`,
        {
          next: 'Check that the remote is there and that the token may read it.',
          tail: said.tail,
        },
      );
    }
    // ls-remote matches the end of a name: another ref may end like ours.
    const line = result.stdout
      .toString()
      .split('\n')
      .find((text) => text.endsWith(`\t${this.#record.branch}`));
    return line?.split('\t')[0] ?? '';
  }

  /** True when the remote branch holds the target exactly as the base commit does (clause 3.8). */
  async carries(path: string): Promise<boolean> {
    const { base_sha: base } = this.#record;
    const tip = await this.tip();
    if (tip === '' || tip === base) return tip === base;
    if (!(await this.#has(tip))) await this.#fetch(tip);
    const trees = await Promise.all(
      [tip, base!].map((commit) => this.#git.try(['rev-parse', `${commit}:${path}`])),
    );
    return trees.every(({ exitCode }) => exitCode === 0) && trees[0]!.stdout.equals(trees[1]!.stdout);
  }

  async #has(commit: string): Promise<boolean> {
    return (await this.#git.try(['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0;
  }

  async #fetch(commit: string): Promise<void> {
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', this.#record.remote!, commit];
    await this.#git.run(args, { signal: this.#signal });
  }

  /** Notes where the remote branch is, and refuses (65) what could only be pushed by force. */
  async prepare(): Promise<void> {
    const { branch, base_sha: base, remote } = this.#record;
    const tip = await this.tip();
    if (tip !== '' && tip !== base) {
      const isBehind = (await this.#has(tip)) && (await this.#git.isAncestor(tip, base!));
      if (!isBehind) {
        throw new TransactionError(
          'ATOMIC_COMMIT_FAILED',
          `the remote moved: ${quote(remote!)} has ${quote(branch!)} at ${tip}, which is not in the base commit ${base}`,
          { next: 'Check out the branch as it is now and run again.' },
        );
      }
    }
    await this.#transaction.update({ remote_sha: tip });
  }

  /**
   * Pushes and asks the remote. Returns once it has the commit. Throws 65 when no attempt can land any more,
   * 66 when one may have and the remote cannot or does not confirm it: then nothing may be undone.
   */
  async commit(): Promise<void> {
    const { commit_sha: commit, branch, remote } = this.#record;
    this.#signal?.throwIfAborted();
    this.#signal = patient(this.#signal);
    let unanswered: TransactionError | undefined;
    for (let attempt = 1; attempt <= PUSH_ATTEMPTS; attempt += 1) {
      const isOpen = this.#wasSent();
      this.#mayLand = true;
      const answer = await this.#push();
      if (await this.#holds()) return;
      if (
        answer.kind === 'unsent' ||
        (answer.kind === 'refused' && (!isOpen || (await this.#isFinal(answer))))
      ) {
        this.#mayLand = false;
        throw answer.error;
      }
      unanswered = answer.error ?? unanswered;
      if (attempt === PUSH_ATTEMPTS) break;
      const waitMs = Math.round(Math.random() * BACKOFF_MS * 2 ** attempt);
      this.#say(`The push was not confirmed. Pushing the same commit again in ${waitMs} ms.`);
      await setTimeout(waitMs, undefined, { signal: this.#signal });
    }
    throw new TransactionError(
      'ROLLBACK_FAILED',
      `in doubt: the push of ${commit} to ${quote(branch!)} on ${quote(remote!)} was not confirmed, and it may yet land`,
      {
        cause: unanswered,
        tail: unanswered?.tail ?? [],
        next: 'Nothing was undone. The next run, or mode recover, asks the remote again and settles it.',
      },
    );
  }

  /**
   * Whether a refusal also ends an earlier attempt that had no answer: one by policy does, and one after which the
   * branch is elsewhere, where the server's own compare-and-swap fences it. A ref that was merely locked may be
   * locked by that very attempt.
   */
  async #isFinal({ why }: { why: string }): Promise<boolean> {
    return /declined|protected|prohibited|denied/.test(why) || (await this.inspect()) === 'other';
  }

  /** Where the remote branch is: asked once, so that the answer is of one moment. */
  async inspect(): Promise<'before' | 'commit' | 'other' | 'unreachable'> {
    const { commit_sha: commit, remote_sha: before } = this.#record;
    try {
      const tip = await this.tip();
      if (tip === commit) return 'commit';
      if (tip === before) return 'before';
      if (tip === '') return 'other';
      if (!(await this.#has(tip))) await this.#fetch(tip);
      return (await this.#git.isAncestor(commit!, tip)) ? 'commit' : 'other';
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      this.#say(error.message);
      return 'unreachable';
    }
  }

  async #holds(): Promise<boolean> {
    return (await this.inspect()) === 'commit';
  }

  get #trace(): string {
    return join(this.#transaction.privateDirectory, 'push');
  }

  /** Whether any push of this transaction, also of a process that died, got as far as sending. */
  #wasSent(): boolean {
    // git starts pack-objects once it has read the remote's refs and is about to send: before that nothing left.
    return disk.ignoreMissing(() => readFileSync(this.#trace, 'utf8'))?.includes('"pack-objects"') ?? false;
  }

  async #push(): Promise<Answer> {
    const { branch, commit_sha: commit, remote, remote_sha: expected } = this.#record;
    const args = [
      'push',
      '--porcelain',
      '--atomic',
      '--no-verify',
      `--force-with-lease=${branch}:${expected}`,
    ];
    const result = await this.#git.try([...args, remote!, `${commit}:${branch}`], {
      signal: this.#signal,
      env: { GIT_TRACE2_EVENT: this.#trace },
    });
    if (result.exitCode === 0) return { kind: 'accepted' };
    const refusal = /^!\t[^\t]*\t\[(?:remote )?rejected\] (.*)$/m.exec(result.stdout.toString());
    if (refusal) return { kind: 'refused', why: refusal[1]!, error: this.#refused(refusal[1]!, result) };
    // A trace that git could not write to its end tells nothing.
    const isWhole =
      disk.ignoreMissing(() => readFileSync(this.#trace, 'utf8'))?.includes('"event":"atexit"') ?? false;
    const error = gitError(['push'], result);
    return { kind: isWhole && !this.#wasSent() ? 'unsent' : 'unknown', error };
  }

  #refused(why: string, result: CommandResult): TransactionError {
    const { branch, remote } = this.#record;
    const said = result.stderr.trim().split('\n').filter(Boolean).slice(-20);
    const moved = /stale info|fetch first|non-fast-forward/.test(why);
    return new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `${quote(remote!)} refused the push to ${quote(branch!)}: ${why}`,
      {
        tail: said,
        next: moved
          ? 'The remote moved meanwhile. Check out the branch as it is now and run again.'
          : 'See what the remote said: a hook, a protected branch or a missing permission. Then run again.',
      },
    );
  }

  /** A push is never undone: the coordinator does not call this once one may have landed. */
  async rollback(): Promise<void> {}

  async complete(): Promise<void> {}
}
