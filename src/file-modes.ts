/**
 * Modes of files and of the directories they are in. git keeps the executable bit alone: what was private or read-only must
 * be that again. Names are bytes, as `latin1`.
 */
import { chmodSync, lstatSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { posix } from 'node:path';
import * as disk from './disk.ts';
import { effect } from './effect.ts';
import { inTurns } from './turns.ts';

/** The path of a name below `root`, for file-system calls. */
export function pathOf(root: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
}

/** A name as text, for people. */
export function textOf(name: string): string {
  return Buffer.from(name, 'latin1').toString();
}

/** Whether the directory of a name is where it seems to be, and not behind a symlink that was put there since. */
export function insideOf(root: string): (name: string) => boolean {
  const known = new Map<string, boolean>();
  const top = realpathSync.native(root, 'buffer');
  return (name) => {
    const parent = posix.dirname(name);
    const seen = known.get(parent);
    if (seen !== undefined) return seen;
    const wanted = parent === '.' ? top : Buffer.concat([top, Buffer.from(`/${parent}`, 'latin1')]);
    const actual = disk.ignoreMissing(() => realpathSync.native(pathOf(root, parent), 'buffer'));
    const isThere = actual?.equals(wanted) ?? false;
    known.set(parent, isThere);
    return isThere;
  };
}

/** Whether a file stands there; behind a symlink that was put there since it is another one. */
export function isFileAt(root: string, name: string): boolean {
  if (!insideOf(root)(name)) return false;
  return disk.ignoreMissing(() => lstatSync(pathOf(root, name)))?.isDirectory() === false;
}

/** Removes a file, and the directories that it leaves empty. */
export function removeFile(root: string, name: string): void {
  if (!isFileAt(root, name)) return;
  rmSync(pathOf(root, name), { force: true });
  for (let parent = posix.dirname(name); parent !== '.'; parent = posix.dirname(parent)) {
    try {
      rmdirSync(pathOf(root, parent));
    } catch {
      return; // It holds something else.
    }
  }
}

/** The directories that `names` are in, each after its parent. */
function directoriesOf(names: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (directory: string): void => {
    if (found.has(directory)) return;
    if (directory !== '.') add(posix.dirname(directory));
    found.add(directory);
  };
  for (const name of names) add(posix.dirname(name));
  return [...found];
}

/** Lets what stands at `names` be changed also where a directory is read-only. `restoreModes` takes it back. */
export function openDirectories(root: string, names: readonly string[]): void {
  const isInside = insideOf(root);
  for (const name of directoriesOf(names)) if (isInside(name)) disk.makeWritable(pathOf(root, name));
}

/** The mode of a file or a directory, and the one that git would give it; `undefined` for anything else. */
function modesOf(path: Buffer, umask: number): { mode: number; usual: number } | undefined {
  const stats = disk.ignoreMissing(() => lstatSync(path));
  if (!stats?.isFile() && !stats?.isDirectory()) return undefined;
  const isPlain = stats.isFile() && (stats.mode & 0o100) === 0;
  return { mode: stats.mode & 0o7777, usual: (isPlain ? 0o666 : 0o777) & ~umask };
}

/** The modes that git would not give the files `names` and their directories under `umask`: where it does not look at modes, all. */
export async function unusualModes(
  root: string,
  names: readonly string[],
  umask: number,
  looksAtModes: boolean,
  signal: AbortSignal | undefined,
): Promise<[string, number][]> {
  const unusual: [string, number][] = [];
  await inTurns([...names, ...directoriesOf(names)], signal, (name) => {
    const modes = modesOf(pathOf(root, name), umask);
    if (modes && (!looksAtModes || modes.mode !== modes.usual)) unusual.push([name, modes.mode]);
  });
  return unusual;
}

/** Gives the files `names` and their directories the modes of `unusual`, and all others those that git gives under `umask`. */
export async function restoreModes(
  root: string,
  names: readonly string[],
  umask: number,
  unusual: readonly [string, number][],
): Promise<void> {
  const known = new Map(unusual);
  const wrong: [string, number][] = [];
  // A directory after all that is in it: it may be closed then.
  await inTurns([...names, ...directoriesOf(names).reverse()], undefined, (name) => {
    const modes = modesOf(pathOf(root, name), umask);
    const wanted = known.get(name) ?? modes?.usual;
    if (modes && wanted !== undefined && modes.mode !== wanted) wrong.push([name, wanted]);
  });
  if (wrong.length === 0) return;
  await effect('chmod', () => {
    const isInside = insideOf(root);
    for (const [name, mode] of wrong) {
      const path = pathOf(root, name);
      // A symlink that was put there since would be followed.
      if (isInside(name) && modesOf(path, umask)) chmodSync(path, mode);
    }
  });
}
