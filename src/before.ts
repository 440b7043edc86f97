/**
 * What no tree of git's says of the working tree before an operation: what was ignored, what a sparse checkout left
 * out, modes, and the files that steer git. It is a private file of the transaction. Names are bytes, as `latin1`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { saveControlFiles } from './control-files.ts';
import { createFile, refuseSymlink, remove, rename } from './disk.ts';
import { unusualModes } from './file-modes.ts';
import type { Layout } from './layout.ts';
import { type Change, isAbsent } from './replay.ts';
import type { Snapshots } from './snapshots.ts';
import { isCheckedOut, LINK } from './submodules.ts';
import { nameOf } from './target-index.ts';

export interface Before {
  /** What git ignored: files, and directories with a `/` at the end. */
  ignored: ReadonlySet<string>;
  /** Tracked files that a sparse checkout leaves out. */
  absent: string[];
  /** Those that are checked out. */
  submodules: string[];
  /** Those that git does not give under `umask`, which is not that of a later step. */
  modes: [string, number][];
  umask: number;
  /** As `saveControlFiles` gives them. */
  control: string;
  /** Of this working tree. */
  gitDirectory: string;
}

/**
 * Writes it down, in the place of what was written before. After the snapshot in `index`, a private one. Returns which files are
 * marked as to be added, by `git add --intent-to-add`.
 */
export async function saveBefore(
  snapshots: Snapshots,
  layout: Layout,
  index: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  // Of a directory git says that it is ignored only when a pattern matches it, not when all that is in it is.
  const status = ['status', '--porcelain', '-z', '--ignored=matching', '--untracked-files=all'];
  const lines = await snapshots.names([...status, '--ignore-submodules=all', '--no-renames']);
  const listed = await snapshots.names(['ls-files', '-v', '-z', '--stage'], { index: snapshots.path(index) });
  const names = listed.map(nameOf);
  const links = listed.filter((line) => line.startsWith(LINK, 2)).map(nameOf);
  const umask = process.umask();
  const before = {
    ignored: lines.filter((line) => line.startsWith('!! ')).map((line) => line.slice(3)),
    absent: listed.filter((line) => line.startsWith('S ')).map(nameOf),
    submodules: links.filter((path) => isCheckedOut(layout.topLevel, path)),
    modes: await unusualModes(layout.topLevel, names, umask, await snapshots.looksAtModes(), signal),
    umask,
    control: saveControlFiles(layout),
    gitDirectory: layout.gitDirectory,
  };
  const next = snapshots.path('before.next');
  await createFile(next, JSON.stringify(before), 0o600); // The configuration is in it.
  await rename(next, snapshots.path('before'));
  return lines.filter((line) => line.startsWith(' A ')).map((line) => line.slice(3));
}

/** False once everything is as it was again. After `saveBefore`. */
export function isSaved(snapshots: Snapshots): boolean {
  return existsSync(snapshots.path('before'));
}

export function forgetBefore(snapshots: Snapshots): Promise<void> {
  return remove(snapshots.path('before'));
}

export function readBefore(snapshots: Snapshots): Before {
  refuseSymlink(dirname(snapshots.path('before')));
  const known = JSON.parse(readFileSync(snapshots.path('before'), 'utf8'));
  // Earlier releases noted neither of the first.
  return { umask: process.umask(), submodules: [], ...known, ignored: new Set(known.ignored) };
}

export function isIgnoredBefore(path: string, { ignored }: Before): boolean {
  if (ignored.has(path)) return true;
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (ignored.has(path.slice(0, end + 1))) return true;
  }
  return false;
}

/** True for what the operation has added where everything was ignored before: it is nobody's to take away. */
export function isLeftAlone({ path, before }: Change, known: Before): boolean {
  return isAbsent(before) && isIgnoredBefore(path, known);
}
