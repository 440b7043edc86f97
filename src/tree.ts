/** A directory tree as content: what git and a manifest can say of it, hashed. Empty directories are nothing. */
import { createHash, hash } from 'node:crypto';
import { closeSync, type Dirent, lstatSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { openToRead } from './disk.ts';
import { type ObjectFormat, objectId } from './object-id.ts';
import { checkPath, refuse } from './paths.ts';
import { inTurns, turn } from './turns.ts';

export type Mode = '100644' | '100755' | '120000';

/** What changes when anyone writes to a file, as git's index has it. Times in seconds since the epoch, and nanoseconds. */
export interface Stamp {
  /** In bytes. */
  size: number;
  dev: number;
  ino: number;
  uid: number;
  gid: number;
  mtimeS: number;
  mtimeNs: number;
  ctimeS: number;
  ctimeNs: number;
  /** When it was last seen so, in milliseconds since the epoch. No part of what is compared. */
  seenAtMs: number;
}

/** One file or symlink. `sha256` of a symlink is that of its target's text, as in git. */
export interface Entry extends Stamp {
  /** Relative to the root of the tree, `/`-separated. */
  path: string;
  mode: Mode;
  sha256: string;
  /** Where it was asked for: what git would make of the bytes as they are. */
  blob?: string;
  hasCarriageReturn?: boolean;
}

/** Sorted by path, by code unit. */
export type Tree = Entry[];

export type Progress = (files: number, bytes: number) => void;

const CHUNK = 1 << 20;
const SPECIAL = 'it is a socket, a device or a pipe';
const SECOND = 1_000_000_000n;
/**
 * More files than these are worth collecting garbage early: it takes a tenth more time, and of 100,000 files a third of
 * the memory.
 */
const MANY = 20_000;

/**
 * Every file and symlink below `root`, sorted by code unit; refuses sockets, devices and pipes (65), and each
 * name that `check` refuses.
 */
export function listFiles(root: string, check: (path: string) => void = checkPath): string[] {
  const paths: string[] = [];
  for (const [path, item] of walk(root, check)) {
    if (!item.isFile() && !item.isSymbolicLink()) refuse(path, SPECIAL);
    paths.push(path);
  }
  return paths.sort();
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

/** SHA-256 of a file's bytes as they are now, hexadecimal. Memory does not grow with the file. */
export async function hashFile(path: string): Promise<string> {
  return (await digestsOf(path, lstatSync(path).size, {})).sha256;
}

type Digests = Pick<Entry, 'sha256' | 'blob' | 'hasCarriageReturn'>;

/** All that is to be known of a file's bytes, in one pass over them. With the right `size`, one read is enough. */
async function digestsOf(
  path: string,
  size: number,
  { format, take, signal }: ReadOptions,
): Promise<Digests> {
  const descriptor = openToRead(path);
  try {
    let chunk = readChunk(descriptor);
    if (chunk.length === size && size < CHUNK) return digestsOfBytes(chunk, format, take);
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
    return blob ? { sha256, blob: blob.digest('hex'), hasCarriageReturn } : { sha256 };
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

function digestsOfBytes(
  bytes: Buffer,
  format: ObjectFormat | undefined,
  take?: ReadOptions['take'],
): Digests {
  const sha256 = hash('sha256', bytes);
  if (!format) return { sha256 };
  const blob = objectId(format, bytes);
  take?.(blob, bytes);
  return { sha256, blob, hasCarriageReturn: bytes.includes(13) };
}

interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Also the ids that git would give the files. */
  format?: ObjectFormat | undefined;
  /** Takes the bytes of small files with those ids, where the files are not very many; valid until it returns. */
  take?: ((id: string, bytes: Buffer) => void) | undefined;
  /** Called with a file that has more than one name, before it is read: makes it one of its own. */
  unshare?: (file: string) => void;
}

/** What a file is, before its bytes are read. */
export function look(root: string, path: string, unshare?: ReadOptions['unshare']): Entry {
  const absolute = pathTo(root, path);
  const seenAtMs = Date.now();
  let stats = lstatSync(absolute, { bigint: true });
  if (unshare && stats.nlink > 1 && stats.isFile()) {
    unshare(absolute);
    stats = lstatSync(absolute, { bigint: true });
  }
  const isSymlink = stats.isSymbolicLink();
  if (!isSymlink && !stats.isFile()) refuse(path, SPECIAL); // It was a file when it was listed.
  const mode = isSymlink ? '120000' : Number(stats.mode) & 0o100 ? '100755' : '100644';
  const [mtimeS, mtimeNs] = secondsOf(stats.mtimeNs);
  const [ctimeS, ctimeNs] = secondsOf(stats.ctimeNs);
  // Of an inode git's index has the lower 32 bits, and a number here not always the whole.
  const ino = Number(BigInt.asUintN(32, stats.ino));
  const [dev, uid, gid] = [Number(stats.dev), Number(stats.uid), Number(stats.gid)];
  const size = Number(stats.size);
  const times = { mtimeS, mtimeNs, ctimeS, ctimeNs, seenAtMs };
  return { path, mode, size, sha256: '', dev, ino, uid, gid, ...times };
}

function secondsOf(time: bigint): [number, number] {
  const [seconds, nanoseconds] = [Number(time / SECOND), Number(time % SECOND)];
  return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1_000_000_000] : [seconds, nanoseconds];
}

export async function digest(
  root: string,
  { path, mode, size }: Entry,
  options: ReadOptions,
): Promise<Digests & Partial<Pick<Entry, 'size'>>> {
  const absolute = pathTo(root, path);
  if (mode === '120000') {
    const text = readlinkSync(absolute, 'buffer');
    return { size: text.length, ...digestsOfBytes(text, options.format) }; // Not every system has it in the stamp.
  }
  return digestsOf(absolute, size, options);
}

/** `join` would look at every letter. */
export const pathTo = (root: string, path: string) => `${root}/${path}`;

/** Hashes every file below `root`. Rejects with 65 for a name or a kind of file that cannot be published. */
export async function hashTree(
  root: string,
  options: ReadOptions & {
    progress?: Progress | undefined;
    check?: (path: string) => void;
    /** These files instead of all. */
    only?: readonly string[];
    /** The SHA-256 of a file whose bytes need not be read. Asked in order. */
    recognize?: ((entry: Entry) => string | undefined) | undefined;
  } = {},
): Promise<Tree> {
  const { signal, unshare, progress, recognize } = options;
  const tree: Tree = [];
  const paths = options.only ?? listFiles(root, options.check);
  const isMany = paths.length > MANY;
  if (isMany) setFlagsFromString('--optimize-for-size');
  const reading = isMany ? { ...options, take: undefined } : options;
  let bytes = 0;
  await inTurns(paths, signal, async (path) => {
    const entry = look(root, path, unshare);
    const sha256 = recognize?.(entry);
    if (sha256 === undefined) Object.assign(entry, await digest(root, entry, reading));
    else entry.sha256 = sha256;
    tree.push(entry);
    bytes += entry.size;
    progress?.(tree.length, bytes);
  });
  return tree;
}

/** The entry of that path. */
export function findEntry(tree: Tree, path: string): Entry | undefined {
  let [low, high] = [0, tree.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tree[middle]!.path < path) low = middle + 1;
    else high = middle;
  }
  return tree[low]?.path === path ? tree[low] : undefined;
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
