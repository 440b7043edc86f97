/**
 * Durable changes of the file system, each of them one effect, and what they need. `fs.cpSync` and single
 * `fs.writeSync` calls can stop short on a full disk without an error: neither is used.
 */
import { isUtf8 } from 'node:buffer';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  type PathLike,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from './command.ts';
import { effect } from './effect.ts';
import { errorCode, TransactionError } from './errors.ts';
import { quote } from './paths.ts';

/** Returns what `read` returns, or `undefined` when the path does not exist. */
export function ignoreMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** True for a directory itself, and not for a symlink to one. */
export function isDirectory(path: PathLike): boolean {
  return ignoreMissing(() => lstatSync(path))?.isDirectory() ?? false;
}

/**
 * Opens a file for reading, and neither what a symlink leads to nor a pipe, which would be waited for: a name that was
 * a file when it was listed may be anything by now.
 */
export function openToRead(path: string): number {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

/** The bytes of a file; `undefined` for what is none, or is not of at most `largest` bytes. */
export function readRegular(path: string, largest: number): Buffer | undefined {
  const descriptor = openToRead(path);
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() && stats.size <= largest ? readFileSync(descriptor) : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Throws where a change must not be made any more. Called right before its system call. */
type Check = () => void;
const anywhere: Check = () => {};

/** Throws where somebody put a symlink in the place of a directory: what is changed in it would change elsewhere. */
export function refuseSymlink(directory: string): void {
  if (!ignoreMissing(() => lstatSync(directory))?.isSymbolicLink()) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(directory)} was replaced by a symlink by another process meanwhile`,
    { next: 'Nothing was written through it. Remove it, and let nothing else write there.' },
  );
}

/** Writes all of `data`: a single write may be short without an error. */
export function writeAll(descriptor: number, data: Uint8Array): void {
  let written = 0;
  while (written < data.length) {
    const count = writeSync(descriptor, data, written);
    if (count === 0) throw Object.assign(new Error('a write made no progress'), { code: 'ENOSPC' });
    written += count;
  }
}

/** What a file is to hold, or who gives it part by part. */
type Content = Uint8Array | string | ((write: (part: Uint8Array) => void) => void);

/** Creates a file that must not exist yet, with its content on disk before this returns, and exactly of `mode` where that is given. */
export const createFile = (path: string, data: Content, mode?: number): Promise<void> =>
  create(path, data, mode, anywhere, fsyncSync);

/** The same for what nobody misses after a power cut, or what is made durable with other things. */
export const createScratch = (path: string, data: Content, check = anywhere): Promise<void> =>
  create(path, data, undefined, check, () => {});

function create(
  path: string,
  data: Content,
  mode: number | undefined,
  check: Check,
  sync: (descriptor: number) => void,
): Promise<void> {
  return effect(`create ${basename(path)}`, () => {
    check();
    refuseSymlink(dirname(path));
    const descriptor = openSync(path, 'wx', mode);
    try {
      if (typeof data === 'function') data((part) => writeAll(descriptor, part));
      else writeAll(descriptor, typeof data === 'string' ? Buffer.from(data) : data);
      if (mode !== undefined) setMode(descriptor, mode);
      sync(descriptor);
    } catch (error) {
      rmSync(path, { force: true }); // A lock that is half made is still a lock.
      throw error;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** The permissions of a file; `undefined`: there is none. */
export const modeOf = (path: string) => ignoreMissing(() => statSync(path).mode & 0o777);

/** Sets the mode of an open file, where the file system knows modes: what `open` gave is no more than that. */
export function setMode(descriptor: number, mode: number): void {
  try {
    fchmodSync(descriptor, mode);
  } catch {
    // As it is mounted, all files have one mode.
  }
}

/** Puts a new file in the place of what stands at `path`, once it is on disk; until then it is `next`, also one that was left over. */
export async function replaceFile(path: string, data: Content, next: string, mode?: number): Promise<void> {
  await remove(next);
  await createFile(next, data, mode);
  await rename(next, path);
}

export function createDirectory(path: string, mode = 0o777, check = anywhere): Promise<void> {
  return effect(`mkdir ${basename(path)}`, () => {
    check();
    mkdirSync(path, { mode });
  });
}

export function rename(from: string, to: string, check = anywhere): Promise<void> {
  return effect(`rename ${basename(from)}`, () => {
    check();
    renameSync(from, to);
  });
}

/** Lets what a directory holds be changed, for its owner has the right also where it is read-only. */
export function makeWritable(directory: PathLike): void {
  const stats = ignoreMissing(() => lstatSync(directory));
  if (!stats?.isDirectory() || (stats.mode & 0o700) === 0o700) return;
  try {
    chmodSync(directory, (stats.mode & 0o7777) | 0o700);
  } catch {
    // It is another user's: what is changed in it will say so.
  }
}

/** Removes whatever stands there, if anything does. */
export function remove(path: string, check = anywhere): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: process.platform === 'win32' ? 5 : 0 };
  return effect(`remove ${basename(path)}`, async () => {
    check();
    refuseSymlink(dirname(path));
    const directory = isDirectory(path) && ignoreMissing(() => realpathSync.native(path, 'buffer'));
    if (directory) {
      const [mount] = mountsBelow(directory.toString());
      if (mount !== undefined) throw Object.assign(new Error(`${mount} is a mount point`), { code: 'EBUSY' });
      await removeMuch(directory);
    }
    rmSync(path, options);
  });
}

/** Where something is mounted below a directory, of which this is the real path. Only Linux says. */
export function mountsBelow(directory: string): string[] {
  const mounts = ignoreMissing(() => readFileSync('/proc/self/mountinfo', 'utf8')) ?? '';
  const unescaped = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 8));
  const places = mounts.split('\n').map((line) => line.split(' ')[4]?.replace(/\\(\d{3})/g, unescaped) ?? '');
  return places.filter((place) => place.startsWith(`${directory}/`));
}

/** Unlinking waits for the disk more than it works: so many processes wait side by side. */
const SIDE_BY_SIDE = 32;
/** Fewer files than these one process removes nearly as soon. */
const MANY = 1000;

/**
 * Removes what is in a directory where that is many files, and makes the directories that stay writable. Returns how many files
 * stay: those are for the call after this one, which also says why. `directory` is a real path, and no other is gone into.
 */
async function removeMuch(directory: Buffer): Promise<number> {
  try {
    if (!realpathSync.native(directory, 'buffer').equals(directory)) return 0;
    makeWritable(directory);
    const items = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
    let files = 0;
    for (const item of items) {
      const path = Buffer.concat([directory, Buffer.from('/'), item.name]);
      files += item.isDirectory() ? await removeMuch(path) : 1;
    }
    if (files < MANY || process.platform === 'win32' || !isUtf8(directory)) return files;
    const each = Math.ceil(items.length / SIDE_BY_SIDE);
    const args = ['-0', '-P', `${SIDE_BY_SIDE}`, '-n', `${each}`, 'rm', '-rf', '--'];
    const input = Buffer.concat(items.flatMap(({ name }) => [name, Buffer.of(0)]));
    // By their names alone, from within, and only there: what is swapped for a symlink meanwhile is not followed.
    const cwd = directory.toString();
    const there = ['-c', '[ "$(pwd -P)" = "$0" ] && exec "$@"', cwd, 'xargs', ...args];
    await run('sh', there, { cwd, env: childPath(), input });
    return 0;
  } catch {
    return 0;
  }
}

/** Makes the names in a directory durable. Windows has no such call and keeps its own journal. */
export function syncDirectory(path: string): Promise<void> {
  return effect(`sync ${basename(path)}`, () => {
    if (process.platform === 'win32') return;
    const descriptor = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * Makes everything written to the file systems of `paths` durable with one call for each instead of an fsync per file
 * (1,000 files: 238 ms instead of 288 ms, 10,000: 1 s instead of 13 s). Only Linux has that call; elsewhere
 * each file below them is synced.
 */
export function syncFileSystems(...paths: string[]): Promise<void> {
  return effect(`syncfs ${paths.map((path) => basename(path)).join(' ')}`, async () => {
    if (process.platform !== 'linux') return paths.forEach(syncTree);
    const args = ['-f', ...paths];
    const { exitCode, stderr } = await run('sync', args, { cwd: '/', env: childPath() }).catch((error) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      const next = 'Install it: coreutils and busybox have it.';
      throw new TransactionError('ATOMIC_COMMIT_FAILED', 'sync is not installed', { next });
    });
    if (exitCode !== 0) throw Object.assign(new Error(`sync ${args.join(' ')}: ${stderr}`), { code: 'EIO' });
  });
}

function syncTree(path: string): void {
  if (lstatSync(path).isSymbolicLink()) return;
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) syncTree(join(path, name));
  if (process.platform === 'win32' && lstatSync(path).isDirectory()) return;
  const descriptor = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** All that a small program needs of the environment. */
export const childPath = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C' });

/** Bytes and inodes this user may still take; `undefined` where the file system does not say. */
export function available(path: string): { bytes: number; inodes: number | undefined } {
  const { bavail, bsize, files, ffree } = statfsSync(path);
  return { bytes: bavail * bsize, inodes: files === 0 ? undefined : ffree };
}

/** True when so little is left, where `path` is or was, that a failure which does not say why is one of a full disk. */
export function isNearlyFull(path: string): boolean {
  let there = path;
  while (!existsSync(there)) there = dirname(there);
  const { bytes, inodes } = available(there);
  return bytes < 1024 * 1024 || (inodes !== undefined && inodes < 16);
}
