/** The branch, and the tag with it, moved by compare-and-swap (clauses 3.12 and 9): all of them move, or none. */
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { commitAt } from './layout.ts';
import type { Transaction } from './participant.ts';
import { quote } from './paths.ts';

export class Branch {
  readonly #transaction: Transaction;
  readonly #git: Git;

  constructor(transaction: Transaction, git: Git) {
    this.#transaction = transaction;
    this.#git = git;
  }

  get #record() {
    return this.#transaction.record;
  }

  /** How git writes the value of a ref that does not exist. */
  get #absent(): string {
    return '0'.repeat(this.#record.base_sha!.length);
  }

  #isOurs(commit: string): boolean {
    return commit !== '' && [this.#record.local_sha, this.#record.commit_sha].includes(commit);
  }

  async #move(moves: readonly string[], why: string, signal?: AbortSignal): Promise<void> {
    if (moves.length === 0) return;
    await this.#git.run(['update-ref', '-m', why, '--stdin'], { input: `${moves.join('\n')}\n`, signal });
  }

  /** Where it is: before the transaction, at its commit, or elsewhere. */
  async inspect(): Promise<'base' | 'commit' | 'other'> {
    const { branch, branch_sha: before } = this.#record;
    const now = await commitAt(this.#git, branch!);
    if (this.#isOurs(now)) return 'commit';
    return now === before ? 'base' : 'other';
  }

  /**
   * Moves the branch from `from`, which may be empty, to the commit, and makes the tag and the checkpoint `post-op`. Throws
   * 65 where others did.
   */
  async forward(from: string, signal: AbortSignal | undefined): Promise<void> {
    const { branch, branch_sha: before, local_sha: commit, tag, task_id: taskId } = this.#record;
    try {
      const moves = [
        `update ${branch} ${commit} ${from || this.#absent}`,
        `update ${this.#transaction.ref('post-op')} ${commit}`,
      ];
      if (tag !== null) moves.push(`create ${tag} ${commit}`);
      await this.#move(moves, `atomic-publish: ${taskId}`, signal);
    } catch (error) {
      const now = await commitAt(this.#git, branch!).catch(() => 'nothing');
      if (now === before || now === commit) throw error;
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `branch ${quote(branch!)} moved from ${before || 'nothing'} to ${now || 'nothing'} while this transaction ran`,
        { cause: error, next: 'The other commit was kept. Run again on top of it.' },
      );
    }
  }

  /** Puts both back where they are ours. Throws 66 where others went on from our commit. */
  async back(): Promise<void> {
    const { branch, branch_sha: before, local_sha: commit, tag, task_id: taskId } = this.#record;
    const now = await commitAt(this.#git, branch!);
    const moves: string[] = [];
    if (this.#isOurs(now)) {
      moves.push(before === '' ? `delete ${branch} ${now}` : `update ${branch} ${before} ${now}`);
    } else if (now !== before && now !== '' && (await this.#git.isAncestor(commit!, now))) {
      throw new TransactionError(
        'ROLLBACK_FAILED',
        `branch ${quote(branch!)} is at ${now}, on top of this transaction's commit ${commit}: it cannot go back to ${before}`,
        { next: 'It was left alone. See docs/recovery.md, "A branch that someone else moved".' },
      );
    }
    const tagged = tag === null ? '' : await commitAt(this.#git, tag);
    if (this.#isOurs(tagged)) moves.push(`delete ${tag} ${tagged}`);
    await this.#move(moves, `atomic-publish: rolled back ${taskId}`);
  }

  /** Brings the branch to `to` and the tag to the commit that the remote has. Returns where others moved it; then nothing moves. */
  async catchUp(to: string): Promise<string | undefined> {
    const { branch, branch_sha: before, commit_sha: commit, tag, task_id: taskId } = this.#record;
    const now = await commitAt(this.#git, branch!);
    if (now !== before && !this.#isOurs(now)) return now;
    const moves = [commit, to].includes(now) ? [] : [`update ${branch} ${to} ${now || this.#absent}`];
    const tagged = tag === null ? commit! : await commitAt(this.#git, tag);
    if (tagged === '' || (tagged !== commit && this.#isOurs(tagged))) {
      moves.push(`update ${tag} ${commit} ${tagged || this.#absent}`);
    }
    await this.#move(moves, `atomic-publish: ${taskId}`);
    return undefined;
  }
}

/** 65 for a tag that stands elsewhere; a tag is never moved. */
export function tagExists(tag: string, commit: string, where: string): TransactionError {
  return new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input tag holds ${quote(tag.replace('refs/tags/', ''))}, which ${where} has at ${commit} already`,
    { next: 'A published tag is not moved. Give tag another name, or delete the old one first.' },
  );
}
