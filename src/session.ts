/**
 * Where a run works: its repository, its ledger under the lock, and what every transaction there has in common.
 * Opening it settles first what a crash left (clause 3.1).
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, posix, relative } from 'node:path';
import { TransactionError } from './errors.ts';
import { Git } from './git.ts';
import { GitHub } from './github.ts';
import { unmatchedGlobs } from './globs.ts';
import {
  type Base,
  checkRefName,
  commitAt,
  findRepository,
  type Layout,
  readBase,
  readCurrentBranch,
} from './layout.ts';
import { Ledger } from './ledger.ts';
import type { CoordinatorOptions } from './options.ts';
import type { Setting } from './parties.ts';
import { quote, wayTo } from './paths.ts';
import type { PushPolicy } from './push.ts';
import { type Limits, pushUrl, readLimits, requireRepository } from './push-rights.ts';
import { isInPlace, type Record } from './record.ts';
import { recover } from './recovery.ts';
import { workTreeOf } from './target.ts';

export class Session {
  readonly git: Git;
  readonly #options: CoordinatorOptions;
  #layout: Layout | undefined;
  #located = false;
  #ledger: Ledger | undefined;
  #limits: Limits | undefined;
  readonly #settled: Readonly<Record>[] = [];

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    // To look for deltas takes longer than everything else of a push together.
    const settings: [string, string][] = options.packing === 'fast' ? [['pack.window', '0']] : [];
    this.git = new Git(options.workingDirectory, options.credentials, settings);
  }

  /** The repository, once located. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  /** Where a push goes, once that was asked. */
  get pushUrl(): string | undefined {
    return this.#limits?.url;
  }

  /** The ledger, once open. */
  get ledger(): Ledger | undefined {
    return this.#ledger;
  }

  /** True where a repository is needed and there is none. */
  async isNowhere(): Promise<boolean> {
    this.#layout ??= await findRepository(this.git);
    return this.#options.commit && this.#layout === undefined;
  }

  /** Finds the repository. Throws 65 where one is needed and there is none. */
  async locate(): Promise<void> {
    if (this.#located) return;
    const { workingDirectory, commit } = this.#options;
    try {
      this.#layout ??= await findRepository(this.git);
    } catch (error) {
      if (commit) throw error;
    }
    if (commit && !this.#layout) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `working directory ${quote(workingDirectory)} is not in a working tree of git`,
        {
          next: 'Check the repository out first. Without git, every mode but rollback takes commit: false and the target.',
        },
      );
    }
    this.#located = true;
  }

  get #ledgerDirectory(): string {
    if (this.#layout) return join(this.#layout.commonDirectory, 'atomic');
    const { target } = this.#options;
    return join(dirname(target), `.${basename(target)}.atomic`);
  }

  /** True when an earlier transaction left a ledger, which must be settled first. Touches nothing. */
  async hasHistory(): Promise<boolean> {
    await this.locate();
    return Ledger.exists(this.#ledgerDirectory);
  }

  /** Takes the lock and opens the ledger (clause 3.1). Throws 65 after `lock-timeout`. */
  async open(): Promise<void> {
    if (this.#ledger) return;
    await this.locate();
    const { lockTimeoutMs, signal, say } = this.#options;
    const ledger = await Ledger.open(this.#ledgerDirectory, {
      timeoutMs: lockTimeoutMs,
      onWait: say,
      signal,
    });
    try {
      const settingOf = (record: Readonly<Record>) =>
        this.setting(rootOf(record), record.remote ?? this.#options.remote);
      await recover(ledger, settingOf, this.#settled);
    } catch (error) {
      ledger.close();
      throw error;
    }
    this.#ledger = ledger;
  }

  /** What recovery settled when the ledger was opened. */
  get settled(): readonly Readonly<Record>[] {
    return this.#settled;
  }

  /**
   * Who and what a transaction meets that runs in `directory`, pushes to `remote` and starts from `base`, where that was read
   * just now: of linked worktrees each has its own index.
   */
  async setting(directory: string, remote: string, base?: Base): Promise<Setting> {
    const { participants, say, signal } = this.#options;
    const here = this.#layout;
    let nearest = directory;
    while (!existsSync(nearest)) nearest = dirname(nearest);
    const own = this.git.at(nearest);
    const found = directory === here?.topLevel ? here : here && (await findRepository(own));
    const isGone = here !== undefined && !isAt(directory, found, here);
    const layout = isGone ? { ...here, topLevel: directory } : found;
    const git = layout ? await this.#toRemote(isGone ? this.git : own.at(layout.topLevel), remote) : own;
    const currentBranch = base ? base.current : isGone ? undefined : layout && (await readCurrentBranch(git));
    return { git, layout, isGone, currentBranch, participants, policy: this.#policy, say, signal };
  }

  async #toRemote(git: Git, remote: string): Promise<Git> {
    const known = remote === this.#options.remote ? this.#limits?.url : undefined;
    return git.to(known ?? (await pushUrl(git, remote)));
  }

  get #policy(): PushPolicy {
    const { pushAttempts, onConflict, sign, github, packing } = this.#options;
    return {
      attempts: pushAttempts,
      onConflict,
      dependsOn: this.#dependencies,
      sign,
      github,
      packing,
      url: this.#limits?.url,
    };
  }

  /** Globs of what the outputs are made from, relative to the top level. */
  get #dependencies(): string[] {
    const { dependsOn, workingDirectory } = this.#options;
    const root = this.#layout ? wayTo(this.#layout.topLevel, realpathSync(workingDirectory)) : '';
    return dependsOn.map((glob) =>
      glob.startsWith('!') ? `!${posix.join(root, glob.slice(1))}` : posix.join(root, glob),
    );
  }

  /** The globs of `depends-on` that name no file of `commit`. */
  async unmatchedDependencies(commit: string): Promise<string[]> {
    const globs = this.#dependencies;
    if (globs.length === 0) return [];
    const list = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit];
    return unmatchedGlobs(globs, await this.git.names(list));
  }

  /** GitHub's API, where the options say how to reach it. */
  get github(): GitHub | undefined {
    const { github, say, signal } = this.#options;
    return github && new GitHub(github, { say, signal });
  }

  /**
   * The branch and the commit a transaction that begins now starts from: of a check the commit that is checked out,
   * on a branch or not. Throws 65.
   */
  async readBase(): Promise<Base> {
    await this.locate();
    if (this.#options.isCheck) return this.#readHead();
    const { branch, push, remote, tag, say, signal } = this.#options;
    if (tag !== undefined) await checkRefName(this.git, 'tag', `refs/tags/${tag}`);
    return readBase(this.git, branch, push ? remote : undefined, { say, signal });
  }

  async #readHead(): Promise<Base> {
    const sha = await commitAt(this.git, 'HEAD');
    if (sha === '') {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        'HEAD has no commit: there is nothing to compare with',
        {
          next: 'Check a commit out first.',
        },
      );
    }
    const current = await readCurrentBranch(this.git);
    return { branch: current ?? 'HEAD', sha, local: sha, current };
  }

  /** What the server is known to refuse; `undefined` where nothing is pushed. Throws 65 for what it could not sign. */
  async limits(): Promise<Limits | undefined> {
    const { commit, push, remote, jobServerUrl, sign, github } = this.#options;
    if (!commit || !push) return undefined;
    if (this.#limits) return this.#limits;
    const limits = await readLimits(this.git, remote, jobServerUrl);
    if (sign === 'github' && github) requireRepository(limits, github.repository);
    this.#limits = limits;
    return limits;
  }

  /** Drops the checkpoints of all but the last `checkpoints` transactions, and of none that is not settled. */
  async prune(): Promise<void> {
    await this.forget(this.#ledger?.prunable(this.#options.checkpoints) ?? []);
  }

  /** Drops the checkpoints of transactions that are settled. */
  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    if (this.#layout) {
      const prefixes = ids.map((id) => `refs/atomic/${id}/`);
      const list = ['for-each-ref', '--format=delete %(refname) %(objectname)', ...prefixes];
      const refs = await this.git.run(list, { encoding: 'latin1' }); // One may have the name of a branch, in bytes.
      const input = Buffer.from(`${refs}\n`, 'latin1');
      if (refs !== '') await this.git.run(['update-ref', '--stdin'], { input });
    }
    await this.#ledger!.prune(ids);
  }

  /** Lets the lock go. */
  close(): void {
    this.#ledger?.close();
    this.#ledger = undefined;
  }
}

/** Whether `found`, which git has found from `directory`, is a working tree there, and of the same repository as `here`. */
function isAt(directory: string, found: Layout | undefined, here: Layout): boolean {
  if (found?.commonDirectory !== here.commonDirectory) return false;
  // An operation may have changed what git thinks the top level is.
  return found.topLevel === directory || existsSync(join(directory, '.git'));
}

/** Where a transaction's paths start: its repository's top level, or without one the target's parent. */
export function rootOf({ target, staging, staged }: Readonly<Record>): string {
  if (isInPlace({ staging })) return target;
  return join(target, relative(staged, workTreeOf(staging)));
}
