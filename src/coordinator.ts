/**
 * The coordinator of a transaction (clauses 3 and 19): announces each effect in the ledger before it happens,
 * drives the participants, and undoes everything when one of them says no. The action itself runs on it;
 * docs/security/atomic-commits.md is for those who integrate it elsewhere.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { Coordinator, type Outcome } from './base-coordinator.ts';
import { compare } from './comparison.ts';
import { type Compared, countDifferences, type Difference, treeDifferences } from './differences.ts';
import { ignoreMissing } from './disk.ts';
import { TransactionError } from './errors.ts';
import { checksums, describes, makeManifest } from './manifest.ts';
import { formatOf } from './object-id.ts';
import { quote, wayTo } from './paths.ts';
import {
  isWithin,
  refuseUnkept,
  requireNames,
  requireOwnParents,
  requireRemovable,
  requireSpace,
  resolveTarget,
} from './preconditions.ts';
import { refuseWorkflow } from './push-rights.ts';
import { stampOf } from './recognition.ts';
import { requireSeal, type Seal, seal } from './seal.ts';
import { type StagedFile, stage } from './staging.ts';
import { stagingFor, type Target, workTreeOf } from './target.ts';
import { digestOf, sameTree, type Tree, totalBytes } from './tree.ts';
import { firstDifference } from './unchanged.ts';

export class AtomicCommitCoordinator extends Coordinator {
  #sources = new Map<string, string>();
  #seal: Seal | undefined;
  /** SHA-256 of the manifest that stood there, where nothing had to be published. */
  #standing: string | undefined;
  #published: Tree | undefined;
  #strangers: readonly Difference[] = [];

  get #target(): Target {
    return this.parties.target!;
  }

  get tree(): Tree {
    return this.#seal?.tree ?? [];
  }

  get manifestSha256(): string {
    return this.#standing ?? this.#seal?.manifest.sha256 ?? '';
  }

  /** A check leaves none at the target. */
  keepManifest(temp: string): string {
    if (this.options.isCheck) return this.writeManifest(temp, makeManifest(this.tree, this.provenance).bytes);
    return join(this.begun.record.target, this.options.manifest);
  }

  /** Where outputs are to be written before `sealStaging`. */
  get staging(): string {
    return this.begun.record.staged;
  }

  /** Lines of `sha256sum -c` for the sealed files. */
  get checksums(): string {
    return checksums(this.tree, { name: this.options.manifest, sha256: this.manifestSha256 });
  }

  /**
   * Announces the transaction and makes its checkpoint (clause 3.3): the intent is on disk before anything
   * else happens. Throws 61 when the target cannot be replaced, 65 when the branch cannot be moved.
   */
  async begin(taskId: string): Promise<void> {
    const { options } = this;
    await this.session.locate();
    const target = resolveTarget(options.target, options.workspace, refuseUnkept);
    const root = this.session.layout?.topLevel ?? dirname(target);
    if (options.commit && !isWithin(root, target)) {
      throw new TransactionError(
        'OUTPUT_NOT_WRITABLE',
        `target ${quote(target)} is outside the repository ${root}`,
        { next: 'Give target a directory inside the repository, or set commit to false.' },
      );
    }
    const path = wayTo(root, target);
    const limits = await this.session.limits();
    if (limits?.noWorkflows) refuseWorkflow(path);
    await this.session.open(); // The branch is read under the lock: whoever held it before may have moved it.
    const base = options.commit ? await this.session.readBase() : undefined;
    if (base) await requireOwnParents(this.session.git, root, path, base.sha);
    const staging = stagingFor(target, options.transactionId);
    requireNames(staging, target);
    const own = {
      task_id: taskId,
      target,
      staging,
      staged: join(workTreeOf(staging), relative(options.commit ? root : dirname(target), target)),
      scope: null,
      reverts: null,
      history: 'single' as const, // Phases are of what edits in place.
      branch: options.isCheck ? null : (base?.branch ?? null),
    };
    await this.announce(own, root, base);
    await this.#target.createStaging(options.atomicity);
    await this.parties.repository?.proposal.checkpoint(this.by);
  }

  /** The target as people name it: from the top level, or without a commit by its name alone. */
  get named(): string {
    return this.parties.repository?.path ?? basename(this.begun.record.target);
  }

  /** Copies or writes outputs into staging (clause 3.4). Throws 62 before the first byte when there is no room. */
  async stageChanges(files: readonly StagedFile[]): Promise<void> {
    const { signal, progress } = this.options;
    this.requireNoSymlink();
    const hashes = await stage(this.staging, files, { signal, progress: progress?.('Staging') });
    for (const [path, sha256] of hashes) this.#sources.set(path, sha256);
  }

  /**
   * Hashes every file as it now stands in staging and writes the manifest (clause 3.5). Throws 65
   * where there is no file: it would empty the target.
   */
  async sealStaging(): Promise<Seal> {
    if (this.#seal) return this.#seal;
    const { options, begun, session } = this;
    const { base_sha: baseCommit } = begun.record;
    const sealed = await seal(this.staging, this.#sources, {
      ...options,
      name: options.manifest,
      provenance: this.provenance,
      check: this.#target.requireNoSymlink,
      format: baseCommit === null ? undefined : formatOf(baseCommit),
      compressed: await this.parties.repository?.proposal.compressBlobs(),
      progress: options.progress?.('Hashing'),
    });
    if (sealed.tree.length === 0) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        'there is nothing to publish: no output is in $ATOMIC_STAGING',
        { next: 'Let run write below $ATOMIC_STAGING, not into the target, or give artifacts or contents.' },
      );
    }
    await session.ledger!.seal(begun.record.id, sealed.tree, sealed.manifest.sha256, stampOf);
    begun.reread();
    this.#seal = sealed;
    return sealed;
  }

  /** Throws 65 when a file below `directory` is no longer what was sealed. */
  async requireSeal(directory: string, when: string): Promise<void> {
    await requireSeal(this.#seal!, directory, when, this.options.signal);
  }

  /** Asks where the remote is, while outputs are sealed. No command may run any more before the commit. */
  askRemote(): void {
    this.parties.remote?.place.askAhead(this.options);
  }

  /** Space for what is still to be written (clause 3.7): the objects of git at worst as large as the outputs. */
  requirePreconditions(): void {
    const { tree } = this.#seal!;
    if (this.session.layout && this.options.commit) {
      requireSpace(this.session.layout.commonDirectory, totalBytes(tree), 0, 'the commit');
    }
    requireSpace(dirname(this.begun.record.target), 0, 0, 'publishing');
  }

  /** Throws 65 where staging or the target was replaced by a symlink meanwhile. */
  requireNoSymlink(): void {
    this.#target.requireNoSymlink();
  }

  /** Space for files that are about to be copied to staging. Throws 62. */
  requireSpaceFor(bytes: number, files: number): void {
    requireSpace(this.staging, bytes, files, 'staging');
  }

  /**
   * True when nothing differs from what is published and the remote branch carries it (clause 3.8). A clean
   * working tree proves nothing: an earlier, failed push may have left its commit here alone.
   */
  async isPublished(): Promise<boolean> {
    const { repository, remote } = this.parties;
    await repository?.proposal.checkpoint(this.by); // Again: the commands may have written to the target, too.
    this.requireNoSymlink();
    const tree = await this.#target.published(this.options.signal);
    this.#published = tree;
    this.begun.note({ old_digest: tree ? digestOf(tree) : '' });
    const { manifest, say } = this.options;
    const found = treeDifferences(tree ?? [], this.#seal!.sealed, manifest);
    if (repository?.proposal.isClean === false) {
      const ref = this.begun.ref('pre-op');
      say(`The target holds what git does not have. It is kept in this clone: git show --stat ${ref}`);
    }
    say(`Against what is published: ${countDifferences(found)}.`);
    const isOwn = tree?.some(({ path }) => path === manifest) ?? true;
    const links = (repository?.proposal.submodules ?? []).map((path) => ({ path, how: 'removed' as const }));
    this.#strangers = [...(isOwn ? [] : found.filter(({ how }) => how === 'removed')), ...links];
    const outputs = tree?.filter((entry) => entry.path !== manifest) ?? [];
    if (!tree || !sameTree(outputs, this.#seal!.tree)) return false;
    const bytes = ignoreMissing(() => readFileSync(join(this.begun.record.target, manifest)));
    if (!bytes || !describes(bytes, this.#seal!.manifest) || repository?.proposal.isClean === false) {
      say('They stand there already, and not as a run has published and committed them: that is done now.');
      return false;
    }
    const isThere = remote
      ? await remote.carries(repository!.path)
      : ((await repository?.carriesRefs()) ?? true);
    if (isThere) this.#standing = hash('sha256', bytes);
    else
      say(
        `The base commit has the outputs, and not every ref that is to carry them${remote ? ' on the remote' : ''}.`,
      );
    return isThere;
  }

  /** What goes from the target though no publish has made it. After `isPublished`. */
  get strangers(): readonly Difference[] {
    return this.#strangers;
  }

  compare(): Promise<Compared> {
    const compared = {
      transaction: this.begun,
      session: this.session,
      quarantine: this.parties.quarantine,
      target: this.#target,
      seal: this.#seal!,
    };
    return compare(compared, this.options);
  }

  protected get remedy(): string {
    if (!this.options.commit) return 'Let this step run with mode publish.';
    return 'Let this step run with mode publish on the branch. See docs/publishing.md, "Checks on pull requests".';
  }

  /**
   * Steps 9 to 14 of clause 3. `validate` runs with the outputs in place, before the commit point. Whatever
   * throws before that point leaves the undoing to `rollback`.
   */
  async commit(message: string, validate?: () => Promise<void>): Promise<Outcome> {
    const { step } = this;
    const transaction = this.begun;
    const { repository } = this.parties;
    await this.sealStaging();
    if (transaction.record.old_digest === null) await this.isPublished();

    await step('Prepare the commit', async () => {
      requireRemovable(transaction.record.target, this.#published ?? []);
      this.#requireOtherManifest();
      const metadata = { ...this.by, message: await this.compose(message) };
      repository?.proposal.describe([metadata], this.#seal!, this.options.progress?.('Packing'));
      await this.prepare();
    });
    await step('Publish', async () => {
      await this.requireSeal(this.staging, 'before it was published');
      await transaction.update({ state: 'PUBLISHING' });
      await this.#target.commit();
      await transaction.update({ state: 'PUBLISHED' });
      this.options.say(`Published by ${transaction.record.publication}.`);
      await this.#requireUntouched();
      // Staging is open to others until it is the target: from here on what they write is a change of what was published.
      this.requireNoSymlink();
      await this.requireSeal(transaction.record.target, 'while it was published');
    });
    if (validate) {
      await step('Validate', async () => {
        await validate();
        await this.requireSeal(transaction.record.target, 'by the validation');
      });
    }
    return this.finish();
  }

  /** One generation is told from the other by its manifest: an id and a time that were used before make the same one. */
  #requireOtherManifest(): void {
    const { manifest: name, transactionId } = this.options;
    const standing = this.#published?.find(({ path }) => path === name);
    if (standing?.sha256 !== this.#seal!.manifest.sha256) return;
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `transaction ${transactionId} has published this manifest before, and the files at the target are others now`,
      { next: 'Give another transaction-id, or none.' },
    );
  }

  /** What the exchange brought out must be what was compared: nobody's work is thrown away unseen. */
  async #requireUntouched(): Promise<void> {
    const previous = this.#target.previous;
    if (previous === undefined) return;
    const path = await firstDifference(previous, this.#published!, this.options.signal);
    if (path === undefined) return;
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `${quote(path)} in the target was changed by another process while this transaction ran`,
      { next: 'Its change was kept. Let nothing else write to the target, and run again.' },
    );
  }
}
