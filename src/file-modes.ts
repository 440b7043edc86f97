/**
 * Modes of files, of which git keeps the executable bit alone: a file that was private or read-only must be that
 * again. Names are bytes, as `latin1`.
 */
import { chmodSync, lstatSync, realpathSync } from 'node:fs';
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
  const top = realpathSync(root, 'buffer');
  return (name) => {
    const parent = posix.dirname(name);
    const seen = known.get(parent);
    if (seen !== undefined) return seen;
    const wanted = parent === '.' ? top : Buffer.concat([top, Buffer.from(`/${parent}`, 'latin1')]);
    const actual = disk.ignoreMissing(() => realpathSync(pathOf(root, parent), 'buffer'));
    const isThere = actual?.equals(wanted) ?? false;
    known.set(parent, isThere);
    return isThere;
  };
}

/** The mode of a regular file; `undefined` for anything else. */
function modeOf(path: Buffer): number | undefined {
  const stats = disk.ignoreMissing(() => lstatSync(path));
  return stats?.isFile() ? stats.mode & 0o7777 : undefined;
}

/** The mode git gives a file it writes. */
function usualMode(isExecutable: boolean, umask: number): number {
  return (isExecutable ? 0o777 : 0o666) & ~umask;
}

/** The modes that git would not give the files `names` under `umask`: where it does not look at modes, all. */
export async function unusualModes(
  root: string,
  names: readonly string[],
  umask: number,
  looksAtModes: boolean,
  signal: AbortSignal | undefined,
): Promise<[string, number][]> {
  const unusual: [string, number][] = [];
  await inTurns(names, signal, (name) => {
    const mode = modeOf(pathOf(root, name));
    if (mode === undefined) return;
    if (!looksAtModes || mode !== usualMode((mode & 0o100) !== 0, umask)) unusual.push([name, mode]);
  });
  return unusual;
}

/** Gives the files `names` the modes of `unusual`, and all others those that git gives under `umask`. */
export async function restoreModes(
  root: string,
  names: readonly string[],
  umask: number,
  unusual: readonly [string, number][],
): Promise<void> {
  const known = new Map(unusual);
  const wrong: [string, number][] = [];
  await inTurns(names, undefined, (name) => {
    const mode = modeOf(pathOf(root, name));
    if (mode === undefined) return;
    const wanted = known.get(name) ?? usualMode((mode & 0o100) !== 0, umask);
    if (mode !== wanted) wrong.push([name, wanted]);
  });
  if (wrong.length === 0) return;
  await effect('chmod', () => {
    const isInside = insideOf(root);
    for (const [name, mode] of wrong) {
      const path = pathOf(root, name);
      // A symlink that was put there since would be followed.
      if (isInside(name) && modeOf(path) !== undefined) chmodSync(path, mode);
    }
  });
}
