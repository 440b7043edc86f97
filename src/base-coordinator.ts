/**
 * What every transaction has in common, whatever it changes (clauses 3 and 19): it is announced, its steps are
 * noted, its commit point is in view, and it is undone as a whole.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markChildren } from './command.ts';
import type { CommitMetadata } from './commit-object.ts';
import type { Compared, Difference } from './differences.ts';
import { effect } from './effect.ts';
import { asTransactionError, EXIT_CODES, TransactionError } from './errors.ts';
import type { Base } from './layout.ts';
import { UNCHANGED } from './ledger.ts';
import type { Provenance } from './manifest.ts';
import { type Trailers, withTrailers } from './message.ts';
import { type CoordinatorOptions, defaults, type GivenOptions } from './options.ts';
import { Transaction } from './participant.ts';
import { Parties } from './parties.ts';
import { requirePushable } from './push-rights.ts';
import { intent, isTerminal, type Record } from './record.ts';
import { Session } from './session.ts';
import type { Tree } from './tree.ts';

export interface Outcome {
  /** `ROLLED_BACK`: a check, of which nothing stays. */
  state: 'COMMITTED' | 'ROLLED_BACK';
  changed: boolean;
}

/** What a kind of transaction says itself of its record. */
type Own = Pick<
  Record,
  'task_id' | 'target' | 'staging' | 'staged' | 'history' | 'scope' | 'reverts' | 'branch'
>;

export abstract class Coordinator {
  readonly options: CoordinatorOptions;
  /** Where it runs; also for what is not part of a transaction. */
  readonly session: Session;
  #transaction: Transaction | undefined;
  #parties: Parties | undefined;
  #rollbackMs: number | undefined;
  #composed: string | undefined;
  /** True where an earlier transaction of that id still has its checkpoints. */
  #isReused = false;
  #differences: readonly Difference[] = [];

  constructor(options: GivenOptions) {
    this.options = { ...defaults(), workingDirectory: options.workspace, ...options };
    this.session = new Session(this.options);
  }

  /** The sealed outputs; empty before the seal. */
  abstract get tree(): Tree;

  /** Paths that an operation has removed. */
  get removed(): readonly string[] {
    return [];
  }

  /** Lines of `sha256sum -c` for them. */
  abstract get checksums(): string;

  /** SHA-256 of the manifest that describes the outputs, also of one that stood there before; empty: there is none. */
  abstract get manifestSha256(): string;

  /** Path of the manifest after the transaction; `temp` is the runner's temp directory. */
  abstract keepManifest(temp: string): string;

  /** Writes a manifest that stands in no target to `temp` and returns its path. */
  protected writeManifest(temp: string, bytes: Buffer): string {
    const path = join(temp, `atomic-manifest-${this.options.transactionId}.json`);
    writeFileSync(path, bytes);
    return path;
  }

  /** The transaction's record, once begun. */
  get record(): Readonly<Record> | undefined {
    return this.#transaction?.record;
  }

  /** From the failure to the restored state, without the clean-up; `undefined` when nothing was undone. */
  get rollbackMs(): number | undefined {
    return this.#rollbackMs;
  }

  /** The command that shows what undoing took away and a ref keeps; empty where it took nothing. */
  get kept(): string {
    return '';
  }

  protected get begun(): Transaction {
    if (!this.#transaction) throw new Error('begin has not been called');
    return this.#transaction;
  }

  protected get parties(): Parties {
    return this.#parties!;
  }

  /** Performs one step of the protocol and notes it in the audit trail. */
  readonly step = async <T>(phase: string, perform: () => Promise<T>): Promise<T> => {
    this.options.signal?.throwIfAborted();
    const began_at = new Date().toISOString();
    const startedAt = performance.now();
    let failed: 0 | 1 = 1;
    try {
      const result = await this.options.step(phase, perform);
      failed = 0;
      return result;
    } finally {
      this.session.ledger?.notePhase({
        phase,
        began_at,
        milliseconds: performance.now() - startedAt,
        failed,
      });
    }
  };

  /** Writes the intent, before anything is changed, and brings the participants together. */
  protected async announce(own: Own, root: string, base?: Base): Promise<void> {
    const { options } = this;
    const record = intent({
      ...own,
      id: options.transactionId,
      agent_id: options.agentId,
      commit_node: options.commitNode,
      run_url: options.runUrl,
      manifest: options.manifest,
      base_sha: base?.sha ?? null,
      branch_sha: base?.local ?? null,
      tag: options.tag === undefined ? null : `refs/tags/${options.tag}`,
      remote: options.commit && options.push ? options.remote : null,
    });
    const setting = await this.session.setting(root, options.remote, base);
    this.#isReused = this.session.ledger!.find(record.id)?.pruned === 0;
    try {
      // The reserve first: an intent that there is room for, and an end that there is none for, would stay open.
      await this.session.ledger!.makeReserve();
      await this.session.ledger!.begin(record);
    } catch (error) {
      await this.session.ledger!.releaseReserve();
      throw error;
    }
    this.#transaction = new Transaction(this.session.ledger!, record);
    markChildren(this.begun.privateDirectory);
    this.#parties = new Parties(this.#transaction, setting);
    await effect('mkdir private', () => mkdirSync(this.begun.privateDirectory, { recursive: true }));
  }

  /** What publishing would change (mode `check`). After the seal. */
  abstract compare(): Promise<Compared>;

  /** What `check` has found. */
  get differences(): readonly Difference[] {
    return this.#differences;
  }

  /** Compares, and undoes everything (mode `check`). Throws 63 for a difference, where that fails the step. */
  async check(failOnChange: boolean): Promise<Outcome> {
    const { differences, say } = await this.step('Compare', () => this.compare());
    this.#differences = differences;
    const changed = differences.length > 0;
    const there = this.options.commit ? 'what is committed' : 'what is published';
    const reason = changed ? say(differences, there) : `the outputs are ${there}`;
    if (changed && failOnChange) {
      throw new TransactionError('CONSISTENCY_VALIDATION_FAILED', reason, { next: this.remedy });
    }
    await this.session.ledger!.releaseReserve();
    await this.parties.undo();
    await this.parties.rolledBack(EXIT_CODES.COMMITTED, reason);
    return { state: 'ROLLED_BACK', changed };
  }

  /** How what is committed is brought up to date. */
  protected abstract get remedy(): string;

  /** Ends a transaction that had nothing to change. */
  async endUnchanged(): Promise<Outcome> {
    await this.parties.committed(UNCHANGED);
    return { state: 'COMMITTED', changed: false };
  }

  /** Prepares everyone, and sends what Git LFS keeps. Throws 65 also for what the server is known to refuse. */
  protected async prepare(): Promise<void> {
    const { parties, session, tree: outputs } = this;
    await parties.prepare();
    const limits = await session.limits();
    if (!limits) return;
    const { base_sha: base, local_sha: commit } = this.begun.record;
    const pushed = { base: base!, commit: commit!, target: parties.repository!.path, outputs };
    await requirePushable(session.git, limits, pushed);
    await parties.remote!.sendLargeFiles();
  }

  /** Steps 12 to 14 of clause 3: the refs, the push, the mark. */
  protected async finish(): Promise<Outcome> {
    const { step } = this;
    const { repository, operation, remote, others } = this.parties;
    await step('Commit', async () => {
      for (const participant of others) await participant.commit();
      await operation?.commit();
      await repository?.commit(); // Without a push, this is the commit point.
    });
    if (remote) {
      await step('Push', () => remote.commit()); // The commit point.
    }
    await this.parties.committed('committed');
    return { state: 'COMMITTED', changed: true };
  }

  /** The whole commit message: `text` and the trailers of clause 9, and `more`. After the seal. Twice is once. */
  async compose(text: string, more: Trailers = {}): Promise<string> {
    const { options } = this;
    const { task_id: taskId, manifest_sha256: manifest } = this.begun.record;
    if (!options.commit) return text; // No commit, no trailers: and git, which writes them, may not be there.
    if (text === this.#composed) return text;
    this.#composed = await withTrailers(this.session.git, text, {
      'Task-ID': taskId,
      CommitNode: options.commitNode,
      'Agent-ID': options.agentId,
      'Transaction-ID': options.transactionId,
      'Transaction-Timestamp': options.generatedAt,
      ...(manifest === null ? {} : { 'Manifest-SHA256': manifest }),
      ...more,
    });
    return this.#composed;
  }

  /** The message of the commit that stands on the branch in the end; empty without one. */
  get message(): string {
    return this.#composed ?? '';
  }

  /** What the manifest says besides its files. */
  protected get provenance(): Provenance {
    const { transactionId, generatedAt, agentId, commitNode } = this.options;
    const { task_id: taskId, base_sha: baseCommit } = this.begun.record;
    const base = baseCommit === null ? {} : { baseCommit };
    return { transactionId, generatedAt, taskId, agentId, commitNode, ...base };
  }

  /** Who makes the commits, and when. */
  protected get by(): Omit<CommitMetadata, 'message'> {
    return { author: this.options.author, date: Date.parse(this.options.generatedAt) / 1000 };
  }

  /**
   * Undoes everything, last effect first, and ends `ROLLED_BACK`. Past the commit point it finishes instead, and
   * returns the outcome. A push that may have landed is neither: this throws 66 and the next run settles it.
   */
  async rollback(cause: unknown): Promise<Outcome | undefined> {
    const parties = this.#parties;
    if (!parties || isTerminal(this.begun.record)) return undefined;
    const { transaction, repository, remote } = parties;
    const startedAt = performance.now();
    const failure = asTransactionError(cause, 'the transaction failed');
    try {
      await this.session.ledger!.releaseReserve();
      const { state } = transaction.record;
      if (state === 'PUSHING') {
        if (remote!.mayLand) throw remote!.inDoubt(failure);
        await transaction.update({ state: 'ROLLING_BACK' });
      }
      if (state === 'PUBLISHED' && !remote && (await repository?.inspect()) === 'commit') {
        // The branch has moved, and that was the commit point: forward only, and what fails now is recovery's.
        await parties.committed('committed');
        return { state: 'COMMITTED', changed: true };
      }
      await this.options.step('Undo', () => parties.undo());
      this.#rollbackMs = performance.now() - startedAt;
    } catch (error) {
      const undoing = asTransactionError(error, 'undoing failed');
      throw new TransactionError('ROLLBACK_FAILED', undoing.message, {
        cause: error,
        bug: undoing.bug ?? failure.bug,
        tail: undoing.tail,
        next: undoing.next,
      });
    }
    await parties.rolledBack(EXIT_CODES[failure.code], failure.message);
    return undefined;
  }

  /** Drops old checkpoints, and those of a check at once: nothing of it stays, unless its id has kept something before. */
  async prune(): Promise<void> {
    const { record } = this;
    const isGone = this.options.isCheck && !this.#isReused;
    if (isGone && record && isTerminal(record)) await this.session.forget([record.id]);
    await this.session.prune();
  }

  /** Lets the lock go. */
  close(): void {
    this.#parties?.remote?.place.close();
    this.session.close();
  }
}
