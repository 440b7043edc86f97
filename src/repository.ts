/**
 * The repository as participant (clause 9): the proposed commit, the branch by compare-and-swap, the user's index for the
 * target's paths only. No hooks, no signing.
 */
import { existsSync } from 'node:fs';
import { Branch, tagExists } from './branch.ts';
import * as disk from './disk.ts';
import type { Git } from './git.ts';
import { commitAt, type Layout, placesOf, sameAt } from './layout.ts';
import { isOfTransaction } from './manifest.ts';
import type { Operation } from './operation.ts';
import type { Participant, Transaction } from './participant.ts';
import { quote } from './paths.ts';
import { Proposal, type ProposalOptions } from './proposal.ts';
import type { Quarantine } from './quarantine.ts';
import { isOnlyStaged } from './record.ts';
import { fetchCommit, hasCommit, track } from './remote-refs.ts';
import { remoteMoved, requireReplayable } from './replay.ts';
import { removeStaleLocks } from './stale-locks.ts';
import { UserIndex } from './user-index.ts';

export class Repository implements Participant {
  readonly layout: Layout;
  readonly #transaction: Transaction;
  readonly #git: Git;
  readonly #branch: Branch;
  #signal: AbortSignal | undefined;
  readonly #checkedOut: boolean;
  readonly #userIndex: UserIndex;
  /** What edits the working tree in place, where there is no target. */
  readonly #operation: Operation | undefined;
  readonly #say: (message: string) => void;
  /** The commit that is to come. */
  readonly proposal: Proposal;
  readonly #quarantine: Quarantine;
  #commit = '';
  #isInLine = false;

  constructor(
    transaction: Transaction,
    options: ProposalOptions & { checkedOut: boolean; say: (message: string) => void },
  ) {
    this.#transaction = transaction;
    this.#git = options.quarantine.git;
    this.#branch = new Branch(transaction, this.#git);
    this.layout = options.layout;
    this.#signal = options.signal;
    this.#checkedOut = options.checkedOut;
    this.#say = options.say;
    this.#operation = options.operation;
    this.proposal = new Proposal(transaction, options);
    this.#quarantine = options.quarantine;
    const scope = this.#operation?.indexScope ?? { path: this.path };
    this.#userIndex = new UserIndex(transaction, scope, { ...options, git: this.#git });
  }

  get #record() {
    return this.#transaction.record;
  }

  /** The target as git names it: relative to the top level, `/`-separated. */
  get path(): string {
    return this.proposal.path;
  }

  #ignoreCancellation(): void {
    this.#signal = undefined;
    this.#userIndex.ignoreCancellation();
  }

  /** Makes the tree and the commit (clause 3.9). No ref of the user moves: from here only the compare-and-swap can fail. */
  async prepare(): Promise<void> {
    const { tag } = this.#record;
    const tagged = tag === null ? '' : await commitAt(this.#git, tag);
    if (tagged !== '') throw tagExists(tag!, tagged, 'this clone');
    this.#commit = await this.proposal.make();
  }

  /** Keeps the commit from git's own cleaning, by a ref. git syncs that at once: after `prepare`, and a sync of what it made. */
  async keep(): Promise<void> {
    await this.#keep(this.#commit, this.#operation ? 'commit' : 'op-exec');
    this.#transaction.note({ commit_sha: this.#commit, local_sha: this.#commit });
  }

  /** True where this clone has the branch, and the tag, if any, on the target as the base commit holds it. */
  async carriesRefs(): Promise<boolean> {
    const { tag, base_sha: base, branch_sha: branch } = this.#record;
    if (branch === '') return false;
    return tag === null || sameAt(this.#git, this.path, base!, await commitAt(this.#git, tag));
  }

  #keep(commit: string, checkpoint: string): Promise<string> {
    return this.#git.run(['update-ref', this.#transaction.ref(checkpoint), commit], { signal: this.#signal });
  }

  /** Moves the branch by compare-and-swap and brings the user's index in line for the target's paths (clause 3.12). */
  async commit(): Promise<void> {
    const { index, outputs } = this.proposal;
    if (this.#checkedOut) await this.#userIndex.prepare(index, outputs);
    const from = this.#operation?.tip ?? this.#record.branch_sha!; // An operation may have made commits of its own.
    try {
      await this.#branch.forward(from, this.#signal);
    } catch (error) {
      if (this.#checkedOut) await this.#userIndex.release();
      throw error;
    }
    if (this.#checkedOut) await this.#userIndex.commit();
    await disk.syncFileSystems(this.layout.commonDirectory);
    this.#isInLine = true;
  }

  /** Whether the base commit holds a manifest of this transaction's id at the target: an earlier one has published it. */
  async hasManifest(): Promise<boolean> {
    const { base_sha: base, manifest, id } = this.#record;
    const held = await this.#git.try(['cat-file', 'blob', `${base}:${this.path}/${manifest}`]);
    return held.exitCode === 0 && isOfTransaction(held.stdout.toString(), id);
  }

  /** Where the branch is, for recovery. Commits that an operation made are undone with it, and kept by a ref. */
  async inspect(): Promise<'base' | 'commit' | 'other'> {
    const where = await this.#branch.inspect();
    return where === 'other' && this.#operation ? 'base' : where;
  }

  /** Removes what a killed git left in this repository (clause 12). */
  removeStaleLocks(): Promise<void> {
    return removeStaleLocks(this.#transaction, this.layout);
  }

  /** Puts branch, tag and index back; leaves alone what others moved since, and says so (66). */
  async rollback(): Promise<void> {
    if (isOnlyStaged(this.#record)) return;
    this.#ignoreCancellation();
    await this.#branch.back();
    if (!this.#operation) await this.#userIndex.restore(); // An operation puts back the whole of it, or has done so.
    await disk.syncFileSystems(this.layout.commonDirectory);
  }

  /**
   * Brings this clone to where the commit point is: after a replay or a signature the commit is another than the
   * local one, and after a crash anything may be missing. What stands in the way stays, and is said.
   */
  async complete(): Promise<void> {
    const { state, branch, base_sha: base, local_sha: local, commit_sha: commit, remote } = this.#record;
    if (state !== 'COMMITTED' || commit === null) return;
    if (this.#isInLine && commit === local) return;
    if (!existsSync(this.#transaction.privateDirectory)) return; // It goes last: all of this was done before.
    this.#ignoreCancellation();
    if (remote !== null && !(await hasCommit(this.#git, commit))) {
      // A signed one is the server's. Fetched by its branch, it takes the tracking ref along as a push does.
      await track(this.#git, remote, branch!);
      await fetchCommit(this.#git, remote, commit, { say: this.#say, signal: undefined });
    }
    // Where the working tree cannot follow the branch does not either: what others changed would look as if it was taken back.
    const isThere = (await commitAt(this.#git, branch!)) === commit; // From a run that died while it followed.
    const stays = this.#checkedOut && !isThere ? await this.#userIndex.rehearse(local!, commit) : undefined;
    const to = stays === undefined ? commit : local!;
    const elsewhere = await this.#branch.catchUp(to);
    if (elsewhere !== undefined) {
      return this.#say(`Branch ${quote(branch!)} was moved to ${elsewhere} by someone else and stays there.`);
    }
    if (this.#checkedOut) {
      const inTheWay = (await this.#userIndex.bringInLine(base!, local!, to)) ?? stays;
      if (inTheWay !== undefined)
        this.#say(
          `Warning: committed, but the working tree cannot follow ${quote(branch!)} to ${commit}: ${inTheWay}. ` +
            `See git diff ${to} ${commit}; git pull --rebase brings both together.`,
        );
    }
    await disk.syncFileSystems(...placesOf(this.layout));
  }

  /**
   * Makes the commit again on `onto`, where the remote branch is now (clause 10): the target is ours, everything
   * else theirs. Returns the new commit, durable. Throws 65 when it cannot be replayed. After `prepare`.
   */
  async replay(onto: string, dependsOn: readonly string[]): Promise<string> {
    await this.requireReplayable(onto, dependsOn);
    const commit = await this.proposal.makeAgain(onto);
    await this.#quarantine.release();
    await this.#keep(commit, 'post-op');
    return commit;
  }

  /** Throws 65 when the commit must not be made again on `onto`, or the working tree could not follow it there. */
  async requireReplayable(onto: string, dependsOn: readonly string[]): Promise<void> {
    const { base_sha: base, branch } = this.#record;
    const paths = this.#operation ? (await this.#operation.changes()).map(({ path }) => path) : [this.path];
    const move = { branch: branch!, base: base!, onto, paths, isInPlace: this.#operation !== undefined };
    await requireReplayable(this.#git, move, dependsOn, this.#signal);
    const inTheWay = this.#checkedOut ? await this.#userIndex.rehearse(base!, onto) : undefined;
    if (inTheWay === undefined) return;
    throw remoteMoved(
      `the working tree could not follow it: ${inTheWay}`,
      'Commit or stash what is in the way, or publish from a clean checkout.',
    );
  }
}
