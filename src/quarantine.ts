/**
 * The new objects of a transaction stand apart until they are on disk (docs/adr/0020), as git's own do while it receives a push. Of a
 * loose object git syncs nothing: a power cut may leave its name alone, and git takes that for the object from then on.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFileSystems } from './disk.ts';
import { effect } from './effect.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import type { Transaction } from './participant.ts';

export class Quarantine {
  readonly #plain: Git;
  readonly #layout: Layout;
  /**
   * Where they stand: among the others, for the disk they are on and the modes that a shared repository gives them, and by a name
   * that git's own cleaning, which an operation may start, does not take for one of git's.
   */
  readonly directory: string;
  #git: Git | undefined;

  constructor({ record }: Transaction, git: Git, layout: Layout) {
    this.#plain = git;
    this.#layout = layout;
    this.directory = join(layout.commonDirectory, 'objects', `atomic-${record.id}`);
  }

  /** git whose new objects stand apart; it reads the others, too. What a process that died has left there is gone. */
  get git(): Git {
    if (!this.#git) {
      rmSync(this.directory, { recursive: true, force: true });
      this.#git = this.#plain.withObjectsIn(this.directory, this.#layout.commonDirectory);
    }
    mkdirSync(this.directory, { recursive: true }); // Each time: a command may have removed it.
    return this.#git;
  }

  /** Puts what stands apart on disk, with all that is at `places`, and makes it part of the repository. From then on a ref may name it. */
  async release(...places: string[]): Promise<void> {
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
    // A pack is there once its index is.
    const isIndex = (name: string) => Number(name.endsWith('.idx'));
    const names = readdirSync(from).sort((one, other) => isIndex(one) - isIndex(other));
    for (const name of names) renameSync(join(from, name), join(to, name));
  }

  /** Removes what was not released. */
  async remove(): Promise<void> {
    await effect('remove quarantine', () => rmSync(this.directory, { recursive: true, force: true }));
  }
}
