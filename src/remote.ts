/**
 * The remote as participant (clause 10). Its acceptance of the push is the commit point of the transaction;
 * exit codes lie both ways, so that after each push the remote itself is asked. Where it has moved meanwhile the
 * commit is made again on its head, and each commit that may arrive there is in the ledger before it is sent.
 */
import { mkdirSync } from 'node:fs';
import { backOff, CONNECTION_ATTEMPTS, isTransient, type Patience, patient } from './backoff.ts';
import { tagExists } from './branch.ts';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import type { GitHub } from './github.ts';
import { sendLargeFiles } from './large-files.ts';
import { sameAt } from './layout.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { type Answer, inDoubt, isPolicy, type PushPolicy, push, wasSent } from './push.ts';
import { RemotePlace, type RemoteRefs } from './remote-place.ts';
import { contains, fetchCommit, hasCommit } from './remote-refs.ts';
import { neverStill, remoteMoved } from './replay.ts';
import type { Repository } from './repository.ts';
import { fastForward, noBranch, removeTemporaryRef, requireGitHub, sign } from './signature.ts';

/** Where the remote branch is: at what it held before, at or beyond our commit, or elsewhere. */
type Whereabouts = 'before' | 'commit' | 'other' | 'unreachable';

interface RemoteOptions {
  git: Git;
  repository: Repository;
  policy: PushPolicy;
  say: (message: string) => void;
  signal: AbortSignal | undefined;
}

export class Remote implements Participant {
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly place: RemotePlace;
  readonly #repository: Repository;
  readonly #policy: PushPolicy;
  readonly #say: (message: string) => void;
  readonly #signal: AbortSignal | undefined;
  /** Follows the other late, for what has been sent. */
  #patientSignal: AbortSignal | undefined;
  /** Where the remote was when last asked; empty: the branch did not exist. */
  #tip = '';
  /** True when the commit must be made again on `#tip` before it can be pushed. */
  #hasMoved = false;
  /** Where the tag was when last asked, and not with our commit. */
  #tagged: string | undefined;
  #mayLand = false;
  #wasPatched: boolean;

  constructor(transaction: Transaction, options: RemoteOptions) {
    this.#transaction = transaction;
    this.#git = options.git;
    this.place = new RemotePlace(options.git, transaction, options.policy.url);
    this.#repository = options.repository;
    this.#policy = options.policy;
    this.#say = options.say;
    this.#signal = options.signal;
    this.#patientSignal = options.signal;
    this.#wasPatched = this.#record.state === 'PUSHING' && this.#isSigned;
  }

  /** True from the first push that may have landed until the remote said otherwise: nothing may be undone. */
  get mayLand(): boolean {
    return this.#mayLand;
  }

  get #record() {
    return this.#transaction.record;
  }

  get #patience(): Patience {
    return { say: this.#say, signal: this.#patientSignal };
  }

  /** As this run wants it, or as a dead one left it: what was sent before is not made again in another way. */
  get #isSigned(): boolean {
    if (this.#record.state === 'PUSHING') return this.#record.temporary_ref !== null;
    return this.#policy.sign === 'github';
  }

  async #note(answer: Promise<RemoteRefs>): Promise<RemoteRefs> {
    const refs = await answer;
    this.#tip = refs.get(this.#record.branch!) ?? '';
    return refs;
  }

  #fetch(commit: string): Promise<void> {
    return fetchCommit(this.#git, this.#record.remote!, commit, this.#patience);
  }

  /**
   * True when the remote branch, and the tag, hold `path` exactly as the base commit does (clause 3.8); without a path
   * when they contain the base.
   */
  async carries(path: string | undefined): Promise<boolean> {
    const { base_sha: base, tag } = this.#record;
    const refs = await this.#note(this.place.answer(this.#patience));
    for (const commit of [this.#tip, ...(tag === null ? [] : [refs.get(tag) ?? ''])]) {
      if (commit === '') return false;
      if (commit !== base) await this.#fetch(commit);
      const isThere =
        path === undefined
          ? await this.#git.isAncestor(base!, commit)
          : await sameAt(this.#git, path, base!, commit);
      if (!isThere) return false;
    }
    return true;
  }

  /** Notes where the remote branch is, and refuses (65) what could only be pushed by force. */
  async prepare(): Promise<void> {
    const { base_sha: base, remote, tag } = this.#record;
    const tagged = (await this.#note(this.place.answer(this.#patience))).get(tag ?? '');
    if (tagged !== undefined) throw tagExists(tag!, tagged, `remote ${quote(remote!)}`);
    const tip = this.#tip;
    if (tip === '' && this.#isSigned) throw noBranch(this.#record.branch!, remote!);
    this.#transaction.note({ remote_sha: tip });
    if (tip === '' || tip === base) return;
    if ((await hasCommit(this.#git, tip)) && (await this.#git.isAncestor(tip, base!))) return;
    await this.#requireReplay();
    await this.#repository.requireReplayable(tip, this.#policy.dependsOn);
    this.#hasMoved = true;
  }

  /** Sends what Git LFS keeps of the commit: it is there before the commit is. Throws 65. */
  async sendLargeFiles(): Promise<void> {
    const { remote, branch, local_sha: commit, remote_sha: expected } = this.#record;
    const delivery = { remote: remote!, branch: branch!, commit: commit!, expected: expected! };
    await sendLargeFiles(this.#git, this.#repository.layout, delivery, this.#signal);
  }

  /** Throws 65 unless a remote that moved may be followed. */
  async #requireReplay(): Promise<void> {
    const { branch, base_sha: base, remote, tag } = this.#record;
    if (this.#tagged !== undefined) throw tagExists(tag!, this.#tagged, `remote ${quote(remote!)}`);
    if (this.#tip !== '') await this.#fetch(this.#tip);
    if (this.#tip !== '' && this.#policy.onConflict === 'replay') return;
    throw remoteMoved(
      `${quote(remote!)} has ${quote(branch!)} at ${this.#tip || 'nothing'}, which is not in the base commit ${base}`,
      'Check out the branch as it is now and run again, or set on-conflict to replay.',
    );
  }

  /**
   * Pushes and asks the remote. Returns once it has the commit. Throws 65 when no attempt can land any more,
   * 66 when one may have and the remote cannot or does not confirm it: then nothing may be undone.
   */
  async commit(): Promise<void> {
    this.#signal?.throwIfAborted();
    this.#patientSignal = patient(this.#signal);
    const { attempts } = this.#policy;
    if (this.#record.state !== 'PUSHING') await this.place.requireSame();
    let unanswered = 0;
    for (let attempt = 1; ; attempt += 1) {
      if (this.#hasMoved) await this.#makeAgain();
      else if (this.#record.state !== 'PUSHING') await this.#announce(this.#record.commit_sha!, {});
      const isOpen = this.#wasSent;
      disk.refuseSymlink(this.#transaction.privateDirectory);
      mkdirSync(this.#traces, { recursive: true }); // While there may be room for it: from here on it may land.
      this.#mayLand = true;
      const answer = await this.#send();
      const where = await this.inspect(1); // Asked again after the next attempt.
      if (where === 'commit') return;
      await this.#judge(answer, where, isOpen);
      unanswered = this.#hasMoved ? 0 : unanswered + 1;
      if (attempt >= attempts || unanswered >= CONNECTION_ATTEMPTS) {
        if (this.#mayLand) throw this.inDoubt(answer.error);
        throw this.#hasMoved ? neverStill(this.#record.branch!, attempt) : answer.error;
      }
      const said = answer.error ? `: ${answer.error.message.replace(/\.$/, '')}` : '';
      const why = this.#hasMoved
        ? `The remote moved to ${this.#tip}: the commit will be made again on it.`
        : `The push was not confirmed${said}. The same commit will be pushed again.`;
      const signal = this.#mayLand ? this.#patientSignal : this.#signal;
      const left = CONNECTION_ATTEMPTS - unanswered; // As many more, while none is answered.
      const last = this.#hasMoved ? attempts : Math.min(attempts, attempt + left);
      await backOff(attempt, why, { attempts: last, say: this.#say, signal });
    }
  }

  /**
   * What an attempt that did not arrive means. Returns when another is worth making; throws 65 when none is. A
   * remote that is elsewhere is final: the server's own compare-and-swap fences every earlier attempt. So is a
   * refusal by policy; a ref that was merely locked may be locked by that very attempt.
   */
  async #judge(answer: Answer, where: Whereabouts, isOpen: boolean): Promise<void> {
    if (where === 'other') {
      this.#mayLand = false;
      await this.#requireReplay();
      this.#hasMoved = true;
    } else if (answer.kind === 'unsent') {
      this.#mayLand = false;
      if (!isTransient(answer.error.message)) throw answer.error;
    } else if (answer.kind === 'refused') {
      if (isOpen && !isPolicy(answer.why)) return;
      this.#mayLand = false;
      if (!/failed to update ref|cannot lock ref|failed to lock/.test(answer.why)) throw answer.error;
    }
  }

  /** 66 for a push that may have landed, or may yet; `last` is what ended the waiting. */
  inDoubt(last: TransactionError | undefined): TransactionError {
    return inDoubt(this.#record, last);
  }

  /** Makes the commit again where the remote is now. Earlier attempts cannot land any more. */
  async #makeAgain(): Promise<void> {
    await this.#note(this.place.ask(this.#patience)); // It may have moved again while this run waited.
    await this.#requireReplay();
    const onto = this.#tip;
    const commit = await this.#repository.replay(onto, this.#policy.dependsOn);
    await this.#announce(commit, { remote_sha: onto });
    await disk.remove(this.#traces);
    this.#wasPatched = false;
    this.#hasMoved = false;
    this.#say(`The commit was made again on ${onto}: it is ${this.#record.commit_sha} now.`);
  }

  /** From here on `commit`, or what becomes of it by a signature, may be on the remote (clause 3.13). */
  async #announce(commit: string, changes: { remote_sha?: string }): Promise<void> {
    if (this.#record.state !== 'PUSHING') await this.place.noteUrl();
    const commit_sha = this.#isSigned ? await this.#sign(commit) : commit;
    await this.#transaction.update({ ...changes, state: 'PUSHING', commit_sha });
  }

  async #sign(commit: string): Promise<string> {
    const { remote } = this.#record;
    const ref = this.#transaction.ref('commit');
    if (this.#record.temporary_ref === null) await this.#transaction.update({ temporary_ref: ref });
    return sign(this.#git, this.#github, { commit, remote: remote!, ref }, this.#patience);
  }

  get #github(): GitHub {
    return requireGitHub(this.#policy.github, this.#patience);
  }

  get #traces(): string {
    return this.#transaction.path('push');
  }

  /** Whether any attempt to push this commit, also of a process that died, was sent. */
  get #wasSent(): boolean {
    return this.#isSigned ? this.#wasPatched : wasSent(this.#traces);
  }

  async #send(): Promise<Answer> {
    const { branch, tag, commit_sha: commit, remote, remote_sha: expected } = this.#record;
    if (!this.#isSigned) {
      return push(this.#git, {
        remote: remote!,
        branch: branch!,
        tag,
        commit: commit!,
        expected: expected!,
        traces: this.#traces,
        signal: this.#patientSignal,
      });
    }
    this.#wasPatched = true;
    return fastForward(this.#github, branch!, commit!);
  }

  /** Where the remote branch is: asked once, so that the answer is of one moment. */
  async inspect(attempts = CONNECTION_ATTEMPTS): Promise<Whereabouts> {
    const { commit_sha: commit, remote_sha: before, remote, tag } = this.#record;
    try {
      const tagged = (await this.#note(this.place.ask({ ...this.#patience, attempts }))).get(tag ?? '');
      const tip = this.#tip;
      if (tip === commit) return 'commit';
      const question = { remote: remote!, tip, commit: commit!, before: before ?? '' };
      if (tip !== '' && tip !== before && (await contains(this.#git, question, this.#patience)))
        return 'commit';
      // A tag that others made fences every push of ours, as a branch that moved does.
      this.#tagged = tagged;
      return tip === before && tagged === undefined ? 'before' : 'other';
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      this.#say(error.message);
      return 'unreachable';
    }
  }

  /** A push is never undone: the coordinator does not call this once one may have landed. */
  async rollback(): Promise<void> {}

  /** Removes the ref that carried the objects of a signed commit. */
  async complete(): Promise<void> {
    const { temporary_ref: ref, remote } = this.#record;
    if (ref === null) return;
    await removeTemporaryRef(this.#git, { remote: remote!, ref }, { say: this.#say, signal: undefined });
  }
}
