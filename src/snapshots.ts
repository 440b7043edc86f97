/**
 * Snapshots of the working tree through private indexes: the user's index and its cache are read, and never touched.
 * Names are bytes, as `latin1`.
 */
import { lstatSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import * as disk from './disk.ts';
import { pathOf } from './file-modes.ts';
import { type Git, type GitOptions, gitError } from './git.ts';
import type { Layout } from './layout.ts';
import type { Quarantine } from './quarantine.ts';
import { nameOf } from './target-index.ts';

/** What git says of a repository inside this one: it would add it as a link to a commit that nobody can fetch. */
const NESTED = /does not have a commit checked out|adding embedded git repository/;

/**
 * Settings with which git adds all that has more than one byte to one pack: to make a file of each it waits for the disk. What the
 * repository has already it compresses, too, and throws away.
 */
const INTO_ONE_PACK = ['-c', 'core.bigFileThreshold=1', '-c', 'pack.compression=1'];
/** Otherwise glibc asks the kernel for memory, and gives it back, for every file that goes there. */
const MEMORY = { MALLOC_TOP_PAD_: '8388608' };

/** Names as git reads them from standard input with `-z`. */
const namesInput = (names: readonly string[]) =>
  Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');

interface TakeOptions {
  settings?: readonly string[];
  isTolerant?: boolean;
  isNew?: boolean;
}

export class Snapshots {
  readonly #git: Git;
  readonly #quarantine: Quarantine;
  readonly #layout: Layout;
  readonly #directory: string;
  #signal: AbortSignal | undefined;

  /** `directory` is private to the transaction. */
  constructor(quarantine: Quarantine, layout: Layout, directory: string, signal: AbortSignal | undefined) {
    this.#git = quarantine.git;
    this.#quarantine = quarantine;
    this.#layout = layout;
    this.#directory = directory;
    this.#signal = signal;
  }

  /** From now on nothing is cancelled: what follows undoes. */
  ignoreCancellation(): void {
    this.#signal = undefined;
  }

  /** Path of a private file. */
  path(name: string): string {
    return join(this.#directory, name);
  }

  #run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return this.#git.run(args, { signal: this.#signal, ...options });
  }

  /** Whether git sees that a file became executable: `core.fileMode`. */
  async looksAtModes(): Promise<boolean> {
    const { stdout } = await this.#git.try(['config', '--type=bool', 'core.fileMode'], {
      signal: this.#signal,
    });
    return stdout.toString().trim() !== 'false';
  }

  /** What git lists with a NUL after each. */
  names(args: readonly string[], options: GitOptions = {}): Promise<string[]> {
    return this.#git.names(args, { signal: this.#signal, encoding: 'latin1', ...options });
  }

  /** Does to the entries `names` of an index what a flag of `update-index` says. */
  async mark(flag: string, names: readonly string[], options: GitOptions): Promise<void> {
    if (names.length === 0) return;
    await this.#run(['update-index', flag, '-z', '--stdin'], { ...options, input: namesInput(names) });
  }

  /**
   * Writes the working tree as it stands to a tree, through the private index `name`, which starts as
   * `seed`. What git cannot add is left out where `isTolerant`: undoing does not stop at it. `isNew`: what differs from the seed
   * the repository does not have, and it may be much.
   */
  async take(
    name: string,
    seed: string,
    { settings = [], isTolerant = false, isNew = false }: TakeOptions = {},
  ): Promise<string> {
    const index = await this.copyOf(seed, name);
    const options = { index, workTree: this.#layout.topLevel };
    await this.#lookEverywhere(options);
    const add = [...settings, 'add', '--all', ...(isTolerant ? ['--ignore-errors'] : [])];
    // In a partial clone git would ask the remote for each object before it writes it to a pack.
    const isPacked = isNew && !(await this.#git.isPartial());
    // Of what was written again and is the same nothing is to go there.
    if (isPacked)
      await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal, ...options });
    const attempt = async (args: readonly string[], more: GitOptions = {}) => {
      const place = { signal: this.#signal, ...options, ...more };
      if (isPacked) {
        const result = await this.#git.try([...INTO_ONE_PACK, ...args], { ...place, env: MEMORY });
        if (result.exitCode === 0 || (isTolerant && result.exitCode === 1)) return result;
        // Whatever has ended git, may be a signal, before it wrote the index: of single files it may stand more.
        this.#quarantine.removeUnfinished();
        await disk.remove(`${index}.lock`);
      }
      return this.#git.try(args, place);
    };
    let result = await attempt(add);
    if (NESTED.test(result.stderr)) {
      // A repository of its own is not part of this one, unless .gitmodules names it.
      const saved = await this.copyOf(this.path('index.saved'), 'index.links');
      const before = new Set(await this.#gitLinks(saved));
      const linked = await this.#gitLinks(index);
      const added = linked.filter((link) => !before.has(link));
      // git does not list as another repository what stands in the place of a file that it knows.
      const replaced = (await this.names(['diff-files', '-z', '--name-only'], options)).filter(
        (path) => !linked.includes(path) && disk.isDirectory(pathOf(this.#layout.topLevel, path)),
      );
      await this.mark('--force-remove', [...added, ...replaced], options);
      const others = await this.names(['ls-files', '-z', '--others', '--exclude-standard'], options);
      const nested = others.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
      const named = await this.#submodules();
      const excluded = nested
        .filter((path) => !named.has(path))
        .map((path) => `:(top,exclude,literal)${path}`);
      const input = namesInput([':/', ...excluded]);
      result = await attempt([...add, '--pathspec-from-file=-', '--pathspec-file-nul'], { input });
    }
    if (result.exitCode !== 0) {
      if (!isTolerant || result.exitCode !== 1) throw gitError(add, result);
      // What cannot be read is not what it was: without an entry it is written again.
      const unread = await this.names(['diff-files', '-z', '--name-only'], options);
      await this.mark('--force-remove', unread, options);
    }
    return this.#run(['write-tree'], options);
  }

  /**
   * Adds to the private index `name` what stands at `paths`, or in the way to them, and has no entry: git ignores it, and would
   * write over it without a word. Returns the tree; `undefined`: there is nothing like that. What git cannot read is left out
   * where `isTolerant`.
   */
  async addIgnored(name: string, paths: Iterable<string>, isTolerant = false): Promise<string | undefined> {
    const options = { index: this.path(name), workTree: this.#layout.topLevel };
    const known = new Set(await this.names(['ls-files', '-z'], options));
    const [files, directories] = [new Set<string>(), new Set<string>()];
    for (const path of paths) {
      const standing = known.has(path) ? undefined : firstStanding(this.#layout.topLevel, path);
      if (standing?.isDirectory) directories.add(standing.path);
      else if (standing && !known.has(standing.path)) files.add(standing.path);
    }
    if (directories.size > 0) {
      // All of them, for arguments are text and names are bytes.
      const others = await this.names(['ls-files', '-z', '--others'], options);
      const isBelow = (file: string) => [...directories].some((parent) => file.startsWith(`${parent}/`));
      for (const file of others.filter(isBelow)) files.add(file);
    }
    const added = [...files].filter((file) => !file.endsWith('/')); // Another repository.
    if (added.length === 0) return undefined;
    const add = ['--literal-pathspecs', 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
    const args = isTolerant ? [...add, '--ignore-errors'] : add;
    const result = await this.#git.try(args, { signal: this.#signal, input: namesInput(added), ...options });
    if (result.exitCode !== 0 && !(isTolerant && result.exitCode === 1)) throw gitError(args, result);
    return this.#run(['write-tree'], options);
  }

  /** Marks those of `names` that are there as to be added, in the user's index. */
  async intend(names: readonly string[]): Promise<void> {
    const standing = names.filter((name) => firstStanding(this.#layout.topLevel, name)?.path === name);
    if (standing.length === 0) return;
    const add = ['--literal-pathspecs', 'add', '--intent-to-add', '--force'];
    const input = namesInput(standing);
    await this.#run([...add, '--pathspec-from-file=-', '--pathspec-file-nul'], { input });
  }

  /** Takes those of `names` that git ignores now out of a private index. Returns the tree; `undefined`: there are none. */
  async dropIgnored(index: string, names: readonly string[]): Promise<string | undefined> {
    if (names.length === 0) return undefined;
    const args = ['check-ignore', '--no-index', '-z', '--stdin'];
    const options = { index: this.path(index), workTree: this.#layout.topLevel };
    const asked = { signal: this.#signal, input: namesInput(names) };
    const { stdout } = await this.#git.try(args, asked); // 1: none of them.
    const ignored = stdout.toString('latin1').split('\0').filter(Boolean);
    if (ignored.length === 0) return undefined;
    await this.mark('--force-remove', ignored, options);
    return this.#run(['write-tree'], options);
  }

  /** What the user's index says not to look at is looked at, but for what a sparse checkout leaves out. */
  async #lookEverywhere(options: GitOptions): Promise<void> {
    const flagged = (await this.names(['ls-files', '-v', '-z'], options)).filter((line) =>
      /^[a-zS] /.test(line),
    );
    const assumed = flagged.filter((line) => /^[a-z]/.test(line)).map((line) => line.slice(2));
    const present = flagged
      .filter((line) => /^s/i.test(line))
      .map((line) => line.slice(2))
      .filter((name) => disk.ignoreMissing(() => lstatSync(pathOf(this.#layout.topLevel, name))));
    await this.mark('--no-assume-unchanged', assumed, options);
    await this.mark('--no-skip-worktree', present, options);
  }

  /** The entries of an index that are commits of other repositories. */
  async #gitLinks(index: string): Promise<string[]> {
    const lines = await this.names(['ls-files', '--stage', '-z'], { index });
    return lines.filter((line) => line.startsWith('160000 ')).map(nameOf);
  }

  async #submodules(): Promise<Set<string>> {
    const file = join(this.#layout.topLevel, '.gitmodules');
    const args = ['config', '--file', file, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
    const { stdout } = await this.#git.try(args, { signal: this.#signal });
    const lines = stdout.toString('latin1').split('\0');
    return new Set(lines.map((line) => line.slice(line.indexOf('\n') + 1)));
  }

  /** Copies an index to a private one. Returns its path. */
  async copyOf(from: string, name: string): Promise<string> {
    const to = this.path(name);
    await copyIndex(from, to);
    return to;
  }
}

/** What stands at `path`, or the first of its parents that is no directory. */
function firstStanding(root: string, path: string): { path: string; isDirectory: boolean } | undefined {
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const name = end < 0 ? path : path.slice(0, end);
    const stats = disk.ignoreMissing(() => lstatSync(pathOf(root, name)));
    const isDirectory = stats?.isDirectory() ?? false;
    if (isDirectory && end >= 0) continue;
    const isKept = isDirectory || stats?.isFile() || stats?.isSymbolicLink(); // A pipe holds nothing that git could keep.
    return isKept ? { path: name, isDirectory } : undefined;
  }
}

/**
 * Copies an index to a private one, which may be left from a process that died, and may be its own copy. Returns false
 * where there is nothing to copy.
 */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  const time = timeOf(from); // Before its bytes: git looks at a file once more rather than not at all.
  const bytes = disk.ignoreMissing(() => readFileSync(from));
  await disk.remove(`${to}.lock`);
  await disk.remove(to);
  if (bytes === undefined || bytes.length === 0) return false;
  await disk.createScratch(to, bytes);
  keepTime(time, to);
  return true;
}

/** When a file was last written, in milliseconds since the epoch. */
export const timeOf = (path: string) => disk.ignoreMissing(() => statSync(path))?.mtimeMs;

/**
 * Gives a copy of an index the time of the original. git compares times by the second, and reads a file of the
 * index's own second again: a copy with a later time would hide what was written in that second.
 */
export function keepTime(time: number | undefined, to: string): void {
  if (time !== undefined) utimesSync(to, time / 1000, Math.floor(time) / 1000);
}
