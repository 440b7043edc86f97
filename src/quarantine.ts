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
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ignoreMissing, syncFileSystems } from './disk.ts';
import { effect } from './effect.ts';
import { errorCode } from './errors.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import type { Transaction } from './participant.ts';

export class Quarantine {
  /** Its new objects stand apart, and refs are given none of them before `release`; it reads the others, too. */
  readonly git: Git;
  /**
   * Where they stand: among the others, for the disk they are on and the modes that a shared repository gives them, and by a name
   * that git's own cleaning, which an operation may start, does not take for one of git's.
   */
  readonly directory: string;
  #isRemoved = false;

  /** What a process that died has left there is gone. */
  constructor({ record }: Transaction, git: Git, { commonDirectory }: Layout) {
    this.directory = join(commonDirectory, 'objects', `atomic-${record.id}`);
    rmSync(this.directory, { recursive: true, force: true });
    this.git = git.withObjectsIn(() => {
      if (this.#isRemoved) return undefined;
      if (!existsSync(this.directory)) mkdirSync(this.directory); // Each time: a command may have removed it.
      return this.directory;
    }, commonDirectory);
  }

  /** Puts what stands apart on disk, with all that is at `places`, and makes it part of the repository. From then on a ref may name it. */
  async release(...places: string[]): Promise<void> {
    this.#keepPacks();
    await syncFileSystems(...places, this.directory);
    await effect('release objects', () => {
      for (const folder of readdirSync(this.directory)) this.#releaseFolder(folder);
    });
  }

  #releaseFolder(folder: string): void {
    const [from, to] = [join(this.directory, folder), join(this.directory, '..', folder)];
    if (!existsSync(to)) {
      renameSync(from, to); // With the modes that git gave it.
      return;
    }
    // A pack is there once its index is, and its `.keep` before.
    const rank = (name: string) => ['.keep', '', '.idx'].indexOf(/\.(keep|idx)$/.exec(name)?.[0] ?? '');
    const names = readdirSync(from).sort((one, other) => rank(one) - rank(other));
    for (const name of names) move(join(from, name), join(to, name));
  }

  /** Until a ref leads to what is in a pack, a repack of somebody else would drop it: git leaves alone what has a `.keep`. */
  #keepPacks(): void {
    const packs = join(this.directory, 'pack');
    for (const name of ignoreMissing(() => readdirSync(packs)) ?? []) {
      if (name.endsWith('.idx')) writeFileSync(join(packs, name.replace(/idx$/, 'keep')), this.#mark);
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
      const packs = join(this.directory, '../pack');
      for (const name of ignoreMissing(() => readdirSync(packs)) ?? []) {
        if (name.endsWith('.keep') && this.#isOwn(join(packs, name))) rmSync(join(packs, name));
      }
    });
  }

  #isOwn(keep: string): boolean {
    try {
      return readFileSync(keep, 'utf8') === this.#mark;
    } catch {
      return false; // What cannot be read is somebody else's.
    }
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
