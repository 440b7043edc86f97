/** Gathers outputs in the private staging tree (clause 5). Nothing is ever written straight into the target. */
import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import * as disk from './disk.ts';
import { errorCode, TransactionError } from './errors.ts';
import { globMatcher } from './globs.ts';
import type { Artifact } from './inputs.ts';
import { Destinations, quote, refuse, shortQuote, wayTo } from './paths.ts';
import { listFiles, type Progress, walk } from './tree.ts';
import { inTurns, turn } from './turns.ts';

/** One output: bytes in memory, or a file or symlink on disk that is copied. */
export interface StagedFile {
  /** Relative to the target, `/`-separated. */
  path: string;
  content?: string | Uint8Array;
  /** Absolute path of the file to copy. */
  source?: string;
  /** Of what is published already: its mode stays what it is, whatever this process's own mask is. */
  isPreserved?: boolean;
}

const CHUNK = 1 << 20;
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

/**
 * Resolves `artifacts` lines to files. A file goes to its destination; the content of a directory below it;
 * what a glob finds keeps its path from the glob's fixed part, and what is private to a transaction of `target` is none of them.
 * Throws 65 for a source that matches nothing.
 */
export function resolveArtifacts(
  artifacts: readonly Artifact[],
  workingDirectory: string,
  target: string,
): StagedFile[] {
  const files: StagedFile[] = [];
  for (const { source, destination } of artifacts) {
    const absolute = resolve(workingDirectory, source);
    const stats = statOf(absolute);
    requireOutsideGit(source, stats ? absolute : resolve(workingDirectory, picomatch.scan(source).base));
    if (stats?.isDirectory()) {
      for (const path of withoutPrivate(listFiles(absolute), absolute, target)) {
        files.push({ path: within(destination, path), source: join(absolute, path) });
      }
    } else if (stats) {
      files.push({ path: destination ?? basename(absolute), source: absolute });
    } else {
      const { base, glob, isGlob } = picomatch.scan(source);
      const root = resolve(workingDirectory, base);
      const matches = isGlob ? withoutPrivate(matching([glob], root), root, target) : [];
      if (matches.length === 0) {
        throw new TransactionError(
          'ATOMIC_COMMIT_FAILED',
          `input artifacts holds ${shortQuote(source)}, which matches no file`,
          {
            next: `Paths are relative to ${quote(workingDirectory)}. Make the file first, or take the line out.`,
          },
        );
      }
      for (const path of matches) files.push({ path: within(destination, path), source: join(root, path) });
    }
  }
  return files;
}

/** Throws 65 for the git directory and what is in it: configuration, credentials, and what a transaction keeps there. */
function requireOutsideGit(source: string, place: string): void {
  const real = statOf(place) ? realpathSync(place) : place;
  if (!real.split(sep).some((name) => name.toLowerCase() === '.git')) return;
  throw new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `input artifacts holds ${shortQuote(source)}, which is in a git directory`,
    { next: 'Name files that were made to be published.' },
  );
}

/** Of `paths` below `root` those that are neither staging nor a ledger beside `target`. Others may be called like it. */
function withoutPrivate(paths: string[], root: string, target: string): string[] {
  if (paths.length === 0) return paths;
  const parent = wayTo(realpathSync(root), dirname(target));
  const own = `${parent === '' ? '' : `${parent}/`}.${basename(target)}.atomic`;
  return paths.filter((path) => {
    const id = path.startsWith(own) ? /^(-[^/]*)?(?=\/)/.exec(path.slice(own.length))?.[0] : undefined;
    return id === undefined || !existsSync(join(root, own + id, id === '' ? 'ledger.sqlite' : '.gitignore'));
  });
}

/** What a path leads to; nothing, where it is no path at all: a glob may be longer than a name. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (!NOTHING.has(errorCode(error) ?? '')) throw error;
    return undefined;
  }
}

function within(directory: string | undefined, path: string): string {
  return directory === undefined || directory === '' || directory === '.' ? path : `${directory}/${path}`;
}

/**
 * Files and symlinks below `root` that one of the globs names and none that starts with `!`, hidden ones too, but
 * nothing of git's own.
 */
function matching(globs: readonly string[], root: string): string[] {
  const isMatch = globMatcher(globs);
  const found = (statOf(root)?.isDirectory() && disk.ignoreMissing(() => [...walk(root)])) || [];
  return found
    .map(([path]) => path)
    .filter((path) => !path.split('/').includes('.git') && isMatch(path))
    .sort();
}

/** The published files that `preserve` names, but for the manifest. */
export function resolvePreserved(
  patterns: readonly string[],
  target: string,
  manifest: string,
): StagedFile[] {
  return matching(patterns, target)
    .filter((path) => path !== manifest)
    .map((path) => ({ path, source: join(target, path), isPreserved: true }));
}

interface StageOptions {
  signal?: AbortSignal | undefined;
  progress?: Progress | undefined;
}

/**
 * Writes `files` into `staged`. Returns the SHA-256 of each regular file as it was read from its source, so
 * that the seal can compare. Throws 65 for a destination that is refused or taken, for a source that changed
 * while it was copied, and for sockets, devices and pipes.
 */
export async function stage(
  staged: string,
  files: readonly StagedFile[],
  options: StageOptions = {},
): Promise<Map<string, string>> {
  if (files.length === 0) return new Map();
  const destinations = new Destinations();
  for (const path of listFiles(staged)) destinations.add(path);
  for (const { path } of files) destinations.add(path);
  const hashes = new Map<string, string>();
  let bytes = 0;
  await inTurns(files, options.signal, async (file) => {
    const { path, content, source } = file;
    const to = join(staged, path);
    mkdirSync(dirname(to), { recursive: true });
    const written =
      source === undefined
        ? writeNew(to, Buffer.from(content ?? ''))
        : await copy({ ...file, source }, to, options.signal);
    if (written.sha256) hashes.set(path, written.sha256);
    bytes += written.size;
    options.progress?.(hashes.size, bytes);
  });
  return hashes;
}

function writeNew(to: string, content: Buffer): { size: number; sha256: string } {
  const descriptor = openSync(to, 'wx');
  try {
    disk.writeAll(descriptor, content);
  } finally {
    closeSync(descriptor);
  }
  return { size: content.length, sha256: hash('sha256', content) };
}

async function copy(
  { path, source, isPreserved }: StagedFile & { source: string },
  to: string,
  signal: AbortSignal | undefined,
): Promise<{ size: number; sha256?: string }> {
  const stats = lstatSync(source);
  if (stats.isSymbolicLink()) {
    symlinkSync(readlinkSync(source, 'buffer'), to);
    return { size: stats.size };
  }
  if (!stats.isFile()) {
    refuse(path, 'its source is a socket, a device, a pipe or a directory');
  }
  const from = disk.openToRead(source);
  try {
    const descriptor = openSync(to, 'wx', stats.mode & 0o777);
    const sum = createHash('sha256');
    try {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(stats.size + 1, 1)));
      for (let count = readSync(from, buffer); count > 0; count = readSync(from, buffer)) {
        const chunk = buffer.subarray(0, count);
        sum.update(chunk);
        disk.writeAll(descriptor, chunk);
        await turn(signal);
      }
      if (isPreserved) disk.setMode(descriptor, stats.mode & 0o777);
    } finally {
      closeSync(descriptor);
    }
    const after = fstatSync(from);
    if (stats.mtimeMs !== after.mtimeMs || stats.size !== after.size || stats.ctimeMs !== after.ctimeMs) {
      throw new TransactionError(
        'ATOMIC_COMMIT_FAILED',
        `${quote(source)} changed while it was copied to staging`,
        {
          next: 'Let the process that writes it end first.',
        },
      );
    }
    return { size: after.size, sha256: sum.digest('hex') };
  } finally {
    closeSync(from);
  }
}

/** Gives a hard-linked file an inode of its own: writing to the other name would change it. */
export function breakHardLink(file: string): void {
  const copyOf = join(dirname(file), `.atomic-copy-${process.pid}`);
  copyFileSync(file, copyOf, constants.COPYFILE_EXCL);
  renameSync(copyOf, file);
}
