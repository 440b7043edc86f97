/** A directory tree as content: what git and a manifest can say of it, hashed. Empty directories are nothing. */
import { createHash, hash } from 'node:crypto';
import { closeSync, type Dirent, lstatSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import { openToRead } from './disk.ts';
import { TransactionError } from './errors.ts';
import { type ObjectFormat, objectId } from './object-id.ts';
import { checkPath, Destinations, quote } from './paths.ts';
import { inTurns, turn } from './turns.ts';

export type Mode = '100644' | '100755' | '120000';

/** One file or symlink. `sha256` of a symlink is that of its target's text, as in git. */
export interface Entry {
  /** Relative to the root of the tree, `/`-separated. */
  path: string;
  mode: Mode;
  /** In bytes. */
  size: number;
  sha256: string;
  /** Changes when anyone writes to the file: inode, mode, size, mtime, ctime. */
  stamp: string;
  /** The later of mtime and ctime, in milliseconds since the epoch. */
  changedAtMs: number;
  /** Where it was asked for: what git would make of the bytes as they are. */
  blob?: { id: string; hasCarriageReturn: boolean };
}

/** Sorted by path, by code unit. */
export type Tree = Entry[];

export type Progress = (files: number, bytes: number) => void;

const CHUNK = 1 << 20;

/**
 * Every file and symlink below `root`, sorted by code unit; refuses sockets, devices and pipes (65), and each
 * name that `check` refuses.
 */
export function listFiles(root: string, check: (path: string) => void = checkPath): string[] {
  const paths: string[] = [];
  for (const [path, item] of walk(root, check)) {
    if (!item.isFile() && !item.isSymbolicLink()) throw special(path);
    paths.push(path);
  }
  return paths.sort();
}

function special(path: string): TransactionError {
  const message = `path ${quote(path)} is refused: it is a socket, a device or a pipe`;
  return new TransactionError('ATOMIC_COMMIT_FAILED', message);
}

/** Everything below `root` but directories; symlinks are not followed. `visit` sees directories too, and may throw. */
export function* walk(
  root: string,
  visit: (path: string) => void = () => {},
  directory = '',
): Generator<[string, Dirent], void, void> {
  for (const item of readdirSync(join(root, directory), { withFileTypes: true })) {
    const path = directory === '' ? item.name : `${directory}/${item.name}`;
    visit(path);
    if (item.isDirectory()) yield* walk(root, visit, path);
    else yield [path, item];
  }
}

/** Times to a quarter of a microsecond, which is what a double holds of them: no write is that short. */
function stampOf({ ino, mode, size, mtimeMs, ctimeMs }: Stats): { stamp: string; changedAtMs: number } {
  return { stamp: `${ino}:${mode}:${size}:${mtimeMs}:${ctimeMs}`, changedAtMs: Math.max(mtimeMs, ctimeMs) };
}

/** SHA-256 of a file's bytes as they are now, hexadecimal. Memory does not grow with the file. */
export async function hashFile(path: string): Promise<string> {
  return (await digestsOf(path, lstatSync(path).size, undefined, undefined)).sha256;
}

type Digests = Pick<Entry, 'sha256' | 'blob'>;

/** All that is to be known of a file's bytes, in one pass over them. With the right `size`, one read is enough. */
async function digestsOf(
  path: string,
  size: number,
  format: ObjectFormat | undefined,
  signal: AbortSignal | undefined,
): Promise<Digests> {
  const descriptor = openToRead(path);
  try {
    let chunk = readChunk(descriptor);
    if (chunk.length === size && size < CHUNK) return digestsOfBytes(chunk, format);
    const sum = createHash('sha256');
    const blob = format && createHash(format).update(`blob ${size}\0`);
    let hasCarriageReturn = false;
    for (; chunk.length > 0; chunk = readChunk(descriptor)) {
      sum.update(chunk);
      blob?.update(chunk);
      if (blob) hasCarriageReturn ||= chunk.includes(13);
      await turn(signal); // The buffer may be another's afterwards.
    }
    const sha256 = sum.digest('hex');
    return blob ? { sha256, blob: { id: blob.digest('hex'), hasCarriageReturn } } : { sha256 };
  } finally {
    closeSync(descriptor);
  }
}

/** One for all files: a new one for each would be memory that waits to be freed. */
const buffer = Buffer.allocUnsafe(CHUNK);

/** The next bytes of a file; valid until the next call. */
function readChunk(descriptor: number): Buffer {
  return buffer.subarray(0, readSync(descriptor, buffer, 0, CHUNK, null));
}

function digestsOfBytes(bytes: Buffer, format?: ObjectFormat): Digests {
  const sha256 = hash('sha256', bytes);
  if (!format) return { sha256 };
  return { sha256, blob: { id: objectId(format, bytes), hasCarriageReturn: bytes.includes(13) } };
}

interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Also the ids that git would give the files. */
  format?: ObjectFormat | undefined;
  /** Called with a file that has more than one name, before it is read: makes it one of its own. */
  unshare?: (file: string) => void;
}

async function readEntry(root: string, path: string, options: ReadOptions = {}): Promise<Entry> {
  const { format, signal, unshare } = options;
  const absolute = join(root, path);
  let stats = lstatSync(absolute);
  if (unshare && stats.nlink > 1 && stats.isFile()) {
    unshare(absolute);
    stats = lstatSync(absolute);
  }
  if (stats.isSymbolicLink()) {
    const text = readlinkSync(absolute, 'buffer');
    const digests = digestsOfBytes(text, format);
    return { path, mode: '120000', size: text.length, ...digests, ...stampOf(stats) };
  }
  if (!stats.isFile()) throw special(path); // It was a file when it was listed.
  return {
    path,
    mode: stats.mode & 0o100 ? '100755' : '100644',
    size: stats.size,
    ...(await digestsOf(absolute, stats.size, format, signal)),
    ...stampOf(stats),
  };
}

/** Hashes every file below `root`. Rejects with 65 for a name or a kind of file that cannot be published. */
export async function hashTree(
  root: string,
  options: ReadOptions & {
    progress?: Progress | undefined;
    check?: (path: string) => void;
    /** These files instead of all. */
    only?: readonly string[];
  } = {},
): Promise<Tree> {
  const tree: Tree = [];
  let bytes = 0;
  await inTurns(options.only ?? listFiles(root, options.check), options.signal, async (path) => {
    const entry = await readEntry(root, path, options);
    tree.push(entry);
    bytes += entry.size;
    options.progress?.(tree.length, bytes);
  });
  return tree;
}

/** A file changed less than this before it was hashed may have changed after, within one tick of the clock. */
const RACY_MS = 100;

/**
 * Says which path below `root` no longer is what `tree` recorded, or `undefined` when all still are. Contents
 * are read again only where the stamp changed or was too fresh at `hashedAtMs` to tell.
 */
export async function firstDifference(
  root: string,
  tree: Tree,
  hashedAtMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const left = new Map(tree.map((entry) => [entry.path, entry]));
  let different: string | undefined;
  await inTurns(walk(root), signal, async ([path]) => {
    if (different !== undefined) return;
    const entry = left.get(path);
    left.delete(path);
    if (entry) {
      const { stamp } = stampOf(lstatSync(join(root, path)));
      if (stamp === entry.stamp && entry.changedAtMs < hashedAtMs - RACY_MS) return;
      if (sameContent(entry, await readEntry(root, path, { signal }))) return;
    }
    different = path;
  });
  return different ?? left.keys().next().value;
}

export function sameContent(one: Entry, other: Entry): boolean {
  return one.path === other.path && one.mode === other.mode && one.sha256 === other.sha256;
}

export function sameTree(one: Tree, other: Tree): boolean {
  return one.length === other.length && one.every((entry, index) => sameContent(entry, other[index]!));
}

/** One digest for a whole tree: SHA-256 over `mode sha256 path` lines. Two trees of equal content have equal digests. */
export function digestOf(tree: readonly Pick<Entry, 'path' | 'mode' | 'sha256'>[]): string {
  return hash('sha256', tree.map(({ mode, sha256, path }) => `${mode} ${sha256} ${path}\n`).join(''));
}

export function totalBytes(tree: readonly Pick<Entry, 'size'>[]): number {
  return tree.reduce((sum, entry) => sum + entry.size, 0);
}

/**
 * Refuses (65) what a staged tree may not hold: names that fold into one, the manifest's own name, and
 * symlinks that point outside the tree or to nothing.
 */
export function checkTree(
  root: string,
  tree: readonly Pick<Entry, 'path' | 'mode'>[],
  manifestName: string,
): void {
  const destinations = new Destinations();
  destinations.add(manifestName);
  const refuse = (path: string, why: string): never => {
    throw new TransactionError('ATOMIC_COMMIT_FAILED', `path ${quote(path)} is refused: ${why}`);
  };
  for (const { path, mode } of tree) {
    if (path === manifestName) refuse(path, 'it is the name of the manifest');
    destinations.add(path);
    if (mode !== '120000') continue;
    const text = readlinkSync(join(root, path));
    if (/(^|\/)(?!\.{1,2}(\/|$))[^/]+\/(.*\/)?\.\.(\/|$)/.test(text)) {
      refuse(path, `its symlink ${quote(text)} goes down and up again, which other links can turn outside`);
    }
    const pointsTo = posix.normalize(posix.join(posix.dirname(path), text));
    if (posix.isAbsolute(text) || pointsTo === '..' || pointsTo.startsWith('../')) {
      refuse(path, `it is a symlink to ${quote(text)}, outside the target`);
    }
    try {
      if (pointsTo !== '.') checkPath(pointsTo.replace(/\/$/, ''));
    } catch (error) {
      refuse(path, `it is a symlink, and ${(error as Error).message}`);
    }
    if (!linkResolves(root, pointsTo))
      refuse(path, `it is a symlink to ${quote(text)}, which does not exist`);
  }
}

/** Follows one link component by component, so that a link through another link cannot leave the tree either. */
function linkResolves(root: string, path: string, depth = 0): boolean {
  if (depth > 40) return false;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  let at = '';
  for (const [index, name] of names.entries()) {
    const next = at === '' ? name : `${at}/${name}`;
    let stats: ReturnType<typeof lstatSync>;
    try {
      stats = lstatSync(join(root, next));
    } catch {
      return false;
    }
    if (stats?.isSymbolicLink()) {
      const text = readlinkSync(join(root, next));
      const rest = names.slice(index + 1);
      const onward = posix.normalize(posix.join(posix.dirname(next), text, ...rest));
      if (posix.isAbsolute(text) || onward === '..' || onward.startsWith('../')) return false;
      return linkResolves(root, onward, depth + 1);
    }
    at = next;
  }
  return true;
}
