/**
 * The new objects of a transaction stand apart until they are on disk (docs/adr/0020), as git's own do while it receives a push. Of a
 * loose object git syncs nothing: a power cut may leave its name alone, and git takes that for the object from then on.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ignoreMissing, isDirectory, readRegular, syncFileSystems } from './disk.ts';
import { effect } from './effect.ts';
import { errorCode, isNoSpace } from './errors.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import type { Transaction } from './participant.ts';
import { isTerminal } from './record.ts';

const PACKS = 'pack';
const FOLDER = /^[0-9a-f]{2}$/;
/** What is finished: a loose object, or a pack and what belongs to it. */
const OBJECT = /^([0-9a-f]{38}|[0-9a-f]{62}|pack-[0-9a-f]+\.[a-z]+)$/;

/** How often a folder is moved that somebody else removes meanwhile. */
const MOVES = 10;

export class Quarantine {
  /** Its new objects stand apart, and refs are given none of them before `release`; it reads the others, too. */
  readonly git: Git;
  /**
   * Where they stand: among the others, for the disk they are on and the modes that a shared repository gives them, and by a name
   * that git's own cleaning, which an operation may start, does not take for one of git's.
   */
  readonly directory: string;
  readonly #transaction: Transaction;
  readonly #commonDirectory: string;
  #isRemoved = false;

  /** What a process that died has left there is gone. */
  constructor(transaction: Transaction, git: Git, { commonDirectory }: Layout) {
    this.#transaction = transaction;
    this.#commonDirectory = commonDirectory;
    this.directory = join(commonDirectory, 'objects', `atomic-${transaction.record.id}`);
    rmSync(this.directory, { recursive: true, force: true });
    this.git = git.withObjectsIn(() => this.#apart, commonDirectory);
  }

  /** The directory, also where a command has removed it, or put something else in its place. */
  get #own(): string {
    if (!isDirectory(this.directory)) {
      rmSync(this.directory, { force: true });
      mkdirSync(this.directory);
    }
    return this.directory;
  }

  /** `undefined` once the transaction has ended, and where there is no room for a directory: git only reads then. */
  get #apart(): string | undefined {
    if (this.#isRemoved || isTerminal(this.#transaction.record)) return undefined;
    try {
      return this.#own;
    } catch (error) {
      if (isNoSpace(error)) return undefined;
      throw error;
    }
  }

  /** Puts what stands apart on disk, with all that is at `places`, and makes it part of the repository. From then on a ref may name it. */
  async release(...places: string[]): Promise<void> {
    await this.#sync(places);
    try {
      await effect('release objects', () => this.#releaseAll());
    } catch (error) {
      if (!['EACCES', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
      // A folder of the repository is another user's, as a container's root leaves it: packs go elsewhere.
      await this.#packLoose();
      await this.#sync([]);
      await effect('release packs', () => this.#releaseAll());
    }
    // Where a ref is on another disk it may be there after a power cut, and what it names not yet in its place.
    const here = statSync(this.#commonDirectory).dev;
    const isElsewhere = (path: string) => (ignoreMissing(() => statSync(path).dev) ?? here) !== here;
    const objects = dirname(this.directory);
    const others = [objects, join(objects, PACKS)].filter(isElsewhere);
    if (others.length > 0) await syncFileSystems(...others);
  }

  async #sync(places: readonly string[]): Promise<void> {
    this.#keepPacks();
    await syncFileSystems(...places, this.#own);
  }

  /** The folders of objects that stand apart. */
  get #folders(): string[] {
    const folders = readdirSync(this.#own).filter((name) => FOLDER.test(name) || name === PACKS);
    return folders.filter((name) => isDirectory(join(this.directory, name)));
  }

  #namesIn(folder: string): string[] {
    const from = join(this.#own, folder);
    if (!isDirectory(from)) return [];
    const items = readdirSync(from, { withFileTypes: true });
    return items.filter((item) => item.isFile() && OBJECT.test(item.name)).map(({ name }) => name);
  }

  /** Removes what a git that has ended has begun there and not finished, or nobody knows. */
  removeUnfinished(): void {
    for (const folder of this.#folders) {
      const finished = this.#namesIn(folder);
      for (const name of readdirSync(join(this.directory, folder))) {
        if (!finished.includes(name)) rmSync(join(this.directory, folder, name), { recursive: true });
      }
    }
  }

  #releaseAll(): void {
    this.removeUnfinished();
    for (const folder of this.#folders) this.#releaseFolder(folder);
  }

  #releaseFolder(folder: string): void {
    const [from, to] = [join(this.directory, folder), join(this.directory, '..', folder)];
    // A pack is there once its index is, and its `.keep` before.
    const rank = (name: string) => ['.keep', '', '.idx'].indexOf(/\.(keep|idx)$/.exec(name)?.[0] ?? '');
    for (let attempt = 1; ; attempt += 1) {
      if (!existsSync(to) && hasMoved(from, to)) return; // With the modes that git gave it.
      const names = this.#namesIn(folder).sort((one, other) => rank(one) - rank(other));
      try {
        for (const name of names) move(join(from, name), join(to, name));
        return;
      } catch (error) {
        // git's own cleaning removes a folder that has become empty.
        if (errorCode(error) !== 'ENOENT' || attempt === MOVES) throw error;
      }
    }
  }

  /** Makes one pack of the loose objects. */
  async #packLoose(): Promise<void> {
    const folders = this.#folders.filter((name) => name !== PACKS);
    const ids = folders.flatMap((folder) => this.#namesIn(folder).map((name) => folder + name));
    if (ids.length === 0) return;
    mkdirSync(join(this.directory, PACKS), { recursive: true });
    const pack = ['pack-objects', '--quiet', join(this.directory, PACKS, 'pack')];
    await this.git.run(pack, { input: `${ids.join('\n')}\n` });
    for (const folder of folders) rmSync(join(this.directory, folder), { recursive: true, force: true });
  }

  /** Until a ref leads to what is in a pack, a repack of somebody else would drop it: git leaves alone what has a `.keep`. */
  #keepPacks(): void {
    for (const name of this.#namesIn(PACKS)) {
      if (!name.endsWith('.idx')) continue;
      const keep = join(this.directory, PACKS, name.replace(/idx$/, 'keep'));
      rmSync(keep, { force: true });
      writeFileSync(keep, this.#mark, { flag: 'wx' });
    }
  }

  /** What the `.keep` files of this transaction hold. */
  get #mark(): string {
    return `${basename(this.directory)}\n`;
  }

  /** Removes what was not released, and lets git repack what was. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    await effect('remove quarantine', () => {
      rmSync(this.directory, { recursive: true, force: true });
      const packs = join(this.directory, '..', PACKS);
      for (const name of ignoreMissing(() => readdirSync(packs)) ?? []) {
        if (name.endsWith('.keep') && this.#isOwn(join(packs, name))) rmSync(join(packs, name));
      }
    });
  }

  #isOwn(keep: string): boolean {
    try {
      return readRegular(keep, this.#mark.length)?.toString() === this.#mark;
    } catch {
      return false; // What cannot be read is somebody else's.
    }
  }
}

/** Moves a directory as a whole; false where another is in its place by now. */
function hasMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a file, also to another disk, as one. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    const near = join(dirname(to), `tmp_obj_${basename(to)}`); // As git calls what is not finished.
    copyFileSync(from, near);
    const descriptor = openSync(near, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(near, to);
  }
}
