/**
 * The coordinator of an operation that edits the working tree in place (clauses 2, 3 and 11): a codemod, a
 * dependency update, a coding agent. PRE-OP, OP-EXEC and POST-OP are its phases, and each is a way back.
 */
import { Coordinator, type Outcome } from './base-coordinator.ts';
import { type Compared, changeDifferences, sayDifferences } from './differences.ts';
import { createFile, syncFileSystems } from './disk.ts';
import { TransactionError } from './errors.ts';
import { DETACHED } from './head.ts';
import { placesOf } from './layout.ts';
import { checksums, makeManifest } from './manifest.ts';
import type { Trailers } from './message.ts';
import type { Operation } from './operation.ts';
import { checkPath } from './paths.ts';
import { isAbsent } from './replay.ts';
import { hashTree, type Tree } from './tree.ts';

export class OperationCoordinator extends Coordinator {
  #tree: Tree = [];
  #manifest: ReturnType<typeof makeManifest> | undefined;
  readonly #trailers: Trailers = {};
  #kept = '';
  #removed: string[] = [];

  /** The working tree as participant. After `begin`. */
  get operation(): Operation {
    return this.parties.operation!;
  }

  /** Further trailers of this transaction's commits. */
  addTrailers(trailers: Trailers): void {
    Object.assign(this.#trailers, trailers);
  }

  override compose(text: string, more: Trailers = {}): Promise<string> {
    return super.compose(text, { ...this.#trailers, ...more });
  }

  /** Ends a rollback that made no commit: what stands now is what was asked for. */
  async endRolledBack(reason: string, changed: boolean): Promise<Outcome> {
    if (changed) await syncFileSystems(...placesOf(this.session.layout!));
    await this.parties.committed(reason);
    return { state: 'COMMITTED', changed };
  }

  /** The files the operation left changed, hashed. After `seal`. */
  get tree(): Tree {
    return this.#tree;
  }

  override get removed(): readonly string[] {
    return this.#removed;
  }

  /** Lines of `sha256sum -c`, from the top level. */
  get checksums(): string {
    return checksums(this.#tree, undefined);
  }

  /** The manifest on disk, for gates. After `seal`. */
  get manifestPath(): string {
    return this.begun.path(this.options.manifest);
  }

  /** For what is private while the operation runs. */
  get privateDirectory(): string {
    return this.begun.privateDirectory;
  }

  /** Undoing looks for what it keeps, because people look for what an agent had done, and it is gone from the working tree. */
  override async rollback(cause: unknown): Promise<Outcome | undefined> {
    const outcome = await super.rollback(cause);
    if (this.rollbackMs !== undefined) {
      this.#kept = await this.operation.kept().catch(() => ''); // What was undone stays undone.
    }
    return outcome;
  }

  override get kept(): string {
    return this.#kept;
  }

  /** Announces the operation and makes its checkpoint. `message` is the subject and body of its commits. */
  async begin(taskId: string, message: string): Promise<void> {
    const { options } = this;
    await this.session.locate();
    await this.session.limits();
    await this.session.open();
    const base = await this.session.readBase();
    const { topLevel } = this.session.layout!;
    const isCheckedOut = base.local !== '' && base.branch === (base.current ?? DETACHED);
    if (!isCheckedOut) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `${options.scope === null ? 'without a target' : 'in a rollback'} the branch to move must be the one that is checked out, and HEAD is elsewhere`,
        {
          next: `Check that branch out${options.scope === null ? ', or give target the directory to publish' : ''}.`,
        },
      );
    }
    const reverts = this.#trailers['Reverts-Transaction'] ?? null;
    const own = {
      task_id: taskId,
      target: topLevel,
      staging: '',
      staged: '',
      history: options.scope === null || reverts !== null ? options.history : ('single' as const), // Else there is no commit.
      scope: options.scope,
      reverts,
      branch: base.branch,
    };
    await this.announce(own, topLevel, base);
    await this.operation.checkpoint(this.by);
    if (own.history === 'phases' && !options.isCheck)
      await this.operation.mark(await this.#phase('PRE-OP', message));
  }

  async #phase(phase: string, message: string) {
    return { ...this.by, message: await this.compose(`${phase}: ${message}`, { Phase: phase }) };
  }

  /**
   * Takes the OP-EXEC snapshot, from the private index `seed`, and hashes what changed; from here on nothing may. Returns how
   * many paths did.
   */
  async seal(seed = 'index.pre-op'): Promise<number> {
    const { options } = this;
    await this.operation.snapshot(this.by, seed);
    const changes = await this.operation.changes();
    this.#removed = changes.filter(({ after }) => isAbsent(after)).map(({ path }) => path);
    const only = changes.filter(({ after }) => /^1[02]/.test(after.mode)).map(({ path }) => path);
    for (const path of only) if (path.includes('\ufffd')) checkPath(path); // It cannot be looked at by text.
    this.#tree = await hashTree(this.begun.record.target, {
      only: only.sort(),
      signal: options.signal,
      progress: options.progress?.('Hashing'),
    });
    this.#manifest = makeManifest(this.#tree, this.provenance);
    await createFile(this.manifestPath, this.#manifest.bytes);
    await this.session.ledger!.seal(options.transactionId, this.#tree, this.#manifest.sha256);
    this.begun.reread();
    return changes.length;
  }

  get manifestSha256(): string {
    return this.#manifest?.sha256 ?? '';
  }

  /** The manifest is no file of the working tree: it goes to the runner's temp directory. */
  keepManifest(temp: string): string {
    return this.writeManifest(temp, this.#manifest!.bytes);
  }

  /** Throws 65 when the working tree is no longer what was sealed. */
  requireSeal(when: string): Promise<void> {
    return this.operation.requireUnchanged(when);
  }

  /** Runs the validation command, which may change nothing (clause 3.11). */
  async validate(validate: (() => Promise<void>) | undefined): Promise<void> {
    if (!validate) return;
    await this.step('Validate', async () => {
      await validate();
      await this.requireSeal('by the validation');
    });
  }

  async compare(): Promise<Compared> {
    return { differences: changeDifferences(await this.operation.changes()), say: sayDifferences };
  }

  protected get remedy(): string {
    return 'Run the command of this step, or the step with mode publish, on the branch and commit what it changes.';
  }

  /** True when the operation changed nothing and the remote has the base: there is nothing to commit. */
  async isUnchanged(): Promise<boolean> {
    const { repository, remote } = this.parties;
    if ((await this.operation.changes()).length > 0) return false;
    return remote ? remote.carries(undefined) : repository!.carriesRefs();
  }

  /** Ends an operation that changed nothing: HEAD, branch and index are what they were. */
  override async endUnchanged(): Promise<Outcome> {
    await this.parties.undo();
    return super.endUnchanged();
  }

  /** Steps 9 to 14 of clause 3, as for a target but for the exchange. */
  async commit(message: string, validate?: () => Promise<void>): Promise<Outcome> {
    const transaction = this.begun;
    const repository = this.parties.repository!;
    await this.step('Prepare the commit', async () => {
      repository.proposal.describe(
        transaction.record.history === 'phases'
          ? [await this.#phase('OP-EXEC', message), await this.#phase('POST-OP', message)]
          : [{ ...this.by, message: await this.compose(message) }],
      );
      await this.prepare();
    });
    await this.validate(validate);
    await transaction.update({ state: 'PUBLISHED' });
    return this.finish();
  }
}
