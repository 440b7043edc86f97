/** Where a transaction's refs are on its remote, and that the remote is still the one it was (clause 10). */
import { readFileSync } from 'node:fs';
import type { Patience } from './backoff.ts';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import type { Transaction } from './participant.ts';
import { quote, withoutCredentials } from './paths.ts';
import { pushUrl, requireSamePlace } from './push-rights.ts';
import { readRemoteRefs, track } from './remote-refs.ts';

/** Commits by the full names of the refs that exist. */
export type RemoteRefs = Map<string, string>;

export class RemotePlace {
  readonly #git: Git;
  readonly #transaction: Transaction;
  /** Where the remote's pushes went when the run began; `undefined`: it is not known. */
  readonly #url: string | undefined;
  #ahead: Promise<RemoteRefs> | undefined;
  readonly #end = new AbortController();

  constructor(git: Git, transaction: Transaction, url: string | undefined) {
    this.#git = git;
    this.#transaction = transaction;
    this.#url = url;
  }

  /** Asks for the branch and the tag. Throws 65 where nobody answers. */
  ask(patience: Patience): Promise<RemoteRefs> {
    const { remote, branch, tag } = this.#transaction.record;
    return readRemoteRefs(this.#git, remote!, tag === null ? [branch!] : [branch!, tag], patience);
  }

  /** Throws 65 where the remote has another URL than when the run began. */
  requireSame(): Promise<void> {
    return requireSamePlace(this.#git, this.#transaction.record.remote!, this.#url);
  }

  /** Writes down where a push goes: when a recovery asks, the remote may be another one. */
  async noteUrl(): Promise<void> {
    if (this.#url === undefined) return;
    await disk.createFile(this.#noted, withoutCredentials(this.#url), 0o600);
  }

  /** Throws 66 where a run that died has pushed to another URL than the remote has now: nobody else knows what came of it. */
  async requireNoted(): Promise<void> {
    const noted = disk.ignoreMissing(() => readFileSync(this.#noted, 'utf8'));
    if (noted === undefined) return;
    const { id, remote } = this.#transaction.record;
    const now = withoutCredentials(await pushUrl(this.#git, remote!));
    if (now === noted) return;
    const is = now === '' ? 'is gone' : `is ${quote(now)} now`;
    throw new TransactionError(
      'ROLLBACK_FAILED',
      `transaction ${id} is in doubt: it pushed to ${quote(noted)}, and remote ${quote(remote!)} ${is}`,
      {
        next: `Nothing was touched. Give remote ${quote(remote!)} that URL back, then run again: it decides.`,
      },
    );
  }

  get #noted(): string {
    return this.#transaction.path('url');
  }

  /** Asks while other work goes on, once and in silence: where that fails, `answer` asks again. */
  askAhead({ say, signal }: Patience): void {
    const signals = signal ? [this.#end.signal, signal] : [this.#end.signal];
    this.#ahead = this.#askHere({ say, signal: AbortSignal.any(signals), attempts: 1 });
    this.#ahead.catch(() => {});
  }

  /** The answer to what was asked ahead, or to what is asked now. */
  async answer(patience: Patience): Promise<RemoteRefs> {
    const answer = await this.#ahead?.catch(() => undefined);
    this.#ahead = undefined;
    return answer ?? this.#askHere(patience);
  }

  /** To ask is no harm, also where the answer will not count. */
  async #askHere(patience: Patience): Promise<RemoteRefs> {
    const refs = this.ask(patience);
    refs.catch(() => {});
    await this.requireSame();
    return refs;
  }

  /** Lets the tracking ref follow, as after a push: another process has made that, and died. */
  track(): Promise<void> {
    const { remote, branch } = this.#transaction.record;
    return track(this.#git, remote!, branch!);
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.#end.abort();
  }
}
