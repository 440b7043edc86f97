/** Preconditions (clause 6): what can be told before anything is written. */
import { accessSync, constants, existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import * as disk from './disk.ts';
import { asTransactionError, errorCode, TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import { path as checkedPath } from './input-values.ts';
import { parentsOf, quote, wayTo } from './paths.ts';
import { listFiles, type Tree, walk } from './tree.ts';

/** Bytes and inodes that stay free for git, the ledger and everyone else. */
const RESERVE = { bytes: 4 * 1024 * 1024, inodes: 32 };

/** Of a name in a directory, in bytes, on the file systems of today. */
const LONGEST_NAME = 255;

/** 61, with what to do about it. */
export function notWritable(
  message: string,
  next = 'Give target a directory inside the workspace that holds nothing but what this action publishes.',
): TransactionError {
  return new TransactionError('OUTPUT_NOT_WRITABLE', message, { next });
}

/** True when `path` is `directory` or below it. */
export function isWithin(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return (
    way === '' ||
    (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep) && !/^[A-Za-z]:/.test(way))
  );
}

/** False for `a` where the directory holds `A` and the file system takes both for one: git would keep two. */
function isSpelled(path: string): boolean {
  try {
    return readdirSync(dirname(path)).includes(basename(path));
  } catch {
    return true; // It cannot be told; whether it can be replaced will show.
  }
}

/**
 * Resolves the target and refuses (61) what can never be replaced as one unit: a file, a symlink, a place
 * outside the workspace, equal to it, or inside a git directory, and what `refuse` does in it. Changes nothing.
 * Returns the target's real path.
 */
export function resolveTarget(target: string, workspace: string, refuse = refuseRepository): string {
  const named = `target ${quote(target)}`;
  let ancestor = dirname(target);
  while (!existsSync(ancestor)) ancestor = dirname(ancestor);
  const resolved = join(realpathSync(ancestor), relative(ancestor, target));
  const root = realpathSync(workspace);
  if (!isWithin(root, resolved)) throw notWritable(`${named} is outside the workspace ${root}`);
  if (isWithin(resolved, root))
    throw notWritable(
      `${named} is the workspace itself: only a directory in it can be replaced`,
      'Name a directory that holds nothing but what this action publishes, or leave target out: then run edits all in place.',
    );
  const path = wayTo(root, resolved);
  if (/(^|\/)\.git[ .]*(\/|$)/i.test(path)) throw notWritable(`${named} is inside a git directory`);
  checkedPath('target', path, 'a directory in the workspace');
  if (!statSync(ancestor).isDirectory()) throw notWritable(`${named}: ${quote(ancestor)} is not a directory`);
  for (let place = resolved; place !== root; place = dirname(place)) {
    if (!existsSync(place) || isSpelled(place)) continue;
    const why = `no name in ${quote(dirname(place))} is spelled ${quote(basename(place))}`;
    throw notWritable(
      `${named} is another name for what is there: ${why}`,
      'Spell target as it is on the disk.',
    );
  }
  const stats = disk.ignoreMissing(() => lstatSync(resolved));
  if (stats?.isSymbolicLink()) throw notWritable(`${named} is a symlink: name the directory it points to`);
  if (stats && !stats.isDirectory()) throw notWritable(`${named} is a file, not a directory`);
  try {
    // Advice only, the rename that `createStaging` tries decides; but it comes before anything is written.
    accessSync(stats ? dirname(resolved) : realpathSync(ancestor), constants.W_OK);
  } catch (error) {
    throw asTransactionError(error, `${named} is not writable`, 'target');
  }
  const [mount] = disk.mountsBelow(resolved);
  if (mount !== undefined)
    throw notWritable(
      `${named} holds a mount point (${quote(mount)}), of which replacing it would empty what is mounted`,
    );
  if (stats) allowed(named, () => listFiles(resolved, refuse(target)));
  return resolved;
}

/** Refuses (61) a target with a name in its path that is too long, or one that leaves no room for that of its staging directory. */
export function requireNames(staging: string, target: string): void {
  const names = [...target.split(sep), basename(staging)];
  if (names.every((name) => Buffer.byteLength(name) <= LONGEST_NAME)) return;
  throw notWritable(
    `target ${quote(target)} has too long a name: none may have more than ${LONGEST_NAME} bytes, that of its staging neither (${quote(basename(staging))})`,
    'Give target a shorter name.',
  );
}

/**
 * Refuses (61) what others have left in the target, as a container does that runs as root, and this user may not remove. `tree`
 * is what stands there.
 */
export function requireRemovable(target: string, tree: Tree): void {
  if (process.getuid === undefined) return;
  const looked = new Set(['.']);
  for (const { path } of tree) {
    for (let parent = posix.dirname(path); !looked.has(parent); parent = posix.dirname(parent)) {
      looked.add(parent);
      const directory = join(target, parent);
      if (disk.ignoreMissing(() => lstatSync(directory).uid) === process.getuid()) continue;
      allowed(`target ${quote(target)}`, () => accessSync(directory, constants.W_OK | constants.X_OK));
    }
  }
}

/** Throws 61 for a file in the target that this user may not read: what is replaced is to be kept. */
export function requireReadable(target: string): void {
  if (!existsSync(target)) return;
  for (const [path, item] of walk(target)) {
    if (item.isFile())
      allowed(`target ${quote(target)}`, () => accessSync(join(target, path), constants.R_OK));
  }
}

/** Does what fails where something in the target is another user's. Throws 61. */
function allowed<T>(named: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error;
    throw notWritable(
      `${named} holds what this user may not read or remove: ${(error as Error).message}`,
      'Let this user read and remove it (chown, chmod), or let what makes it run as this user.',
    );
  }
}

/** Refuses (61) the names by which a published tree holds a repository that replacing it would destroy. */
export function refuseRepository(target: string): (path: string) => void {
  return (path) => {
    if (path !== '.git' && !path.endsWith('/.git')) return;
    throw notWritable(
      `target ${quote(target)} holds a git repository of its own (${quote(path)}), which replacing it would destroy`,
    );
  };
}

/** The same, and names that are no UTF-8: text cannot hold them, and what is replaced is to be kept. */
export function refuseUnkept(target: string): (path: string) => void {
  const refuse = refuseRepository(target);
  return (path) => {
    refuse(path);
    if (!path.includes('\ufffd') || existsSync(join(target, path))) return;
    throw notWritable(
      `target ${quote(target)} holds ${quote(path)}, a name that is not valid UTF-8`,
      'Rename or remove it, then run again.',
    );
  };
}

const KINDS: { [mode: string]: string } = { 160000: 'a submodule', 120000: 'a symlink' };

/**
 * Refuses (61) a target whose parents are not all directories of the repository at `root`: what commit `base` has there
 * would be gone from the branch. `path` is the target as git names it.
 */
export async function requireOwnParents(git: Git, root: string, path: string, base: string): Promise<void> {
  const parents = parentsOf(path);
  if (parents.length === 0) return;
  const below = (parent: string, what: string) =>
    notWritable(
      `target ${quote(join(root, path))} is below ${quote(parent)}, which is ${what}`,
      'Give target another directory. For one of another repository, set working-directory to that repository.',
    );
  const list = ['--literal-pathspecs', 'ls-tree', '--full-tree', '-z', base, '--', ...parents];
  for (const entry of await git.names(list)) {
    const parent = entry.slice(entry.indexOf('\t') + 1);
    const mode = entry.slice(0, 6);
    if (mode === '040000' || !parents.includes(parent)) continue; // What stands beside a parent is listed, too.
    throw below(parent, `${KINDS[mode] ?? 'a file'} of the base commit`);
  }
  for (const parent of parents) {
    if (!disk.ignoreMissing(() => lstatSync(join(root, parent, '.git')))) continue;
    throw below(parent, 'a git working tree of its own');
  }
}

/** Space for what is still to come (clause 6): `bytes` and `files` on the file system of `path`. Throws 62. */
export function requireSpace(path: string, bytes: number, files: number, what: string): void {
  const free = disk.available(path);
  const short = (kind: string, needed: number, left: number) =>
    new TransactionError(
      'INSUFFICIENT_DISK_SPACE',
      `${what} needs ${needed} ${kind} on the file system of ${quote(path)}, and ${left} are available`,
      { next: `Free at least ${needed - left} ${kind} there and run again.` },
    );
  const neededBytes = bytes + RESERVE.bytes;
  if (free.bytes < neededBytes) throw short('bytes', neededBytes, free.bytes);
  const neededInodes = files + RESERVE.inodes;
  if (free.inodes !== undefined && free.inodes < neededInodes)
    throw short('inodes', neededInodes, free.inodes);
}
