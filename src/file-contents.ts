/**
 * Puts changed files back by writing over them (clause 11). git unlinks each and makes it again, which on ext4 takes
 * ten times as long (10,000 files: 2 to 5 s instead of 0.3 s). Only where the bytes of a file are those of its object,
 * whatever attributes and settings say; everything else is left to git. Names are bytes, as `latin1`.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { posix } from 'node:path';
import { conversionsOf, convertsLineEnds } from './attributes.ts';
import { writeAll } from './disk.ts';
import { effect } from './effect.ts';
import { errorCode } from './errors.ts';
import { insideOf, pathOf } from './file-modes.ts';
import type { Git } from './git.ts';
import type { Change } from './replay.ts';

/** Where git's way costs no more than a file's content, in bytes. */
const LARGE = 8 * 1024 * 1024;
/** How many processes read objects. */
const READERS = 2;

const isRegular = (mode: string) => mode.startsWith('100');

/**
 * Writes the before-side of `changes` over the files below `root` and returns the names of those it has written.
 * git reads attributes through the private `index`. A file is not synced. One that cannot be opened, or has other names, is left as it is.
 */
export async function rewriteFiles(
  git: Git,
  { index, root }: { index: string; root: string },
  changes: readonly Change[],
): Promise<string[]> {
  if (changes.some(({ path }) => posix.basename(path) === '.gitattributes')) return [];
  const candidates = changes.filter(
    ({ path, before, after }) => isRegular(before.mode) && before.mode === after.mode && !path.includes('\n'),
  );
  if (candidates.length === 0 || (await convertsLineEnds(git)).toCrlf) return [];
  const names = candidates.map(({ path }) => path);
  const conversions = await conversionsOf(git, names, { index });
  const plain = candidates.filter(({ path }) => {
    const conversion = conversions.get(path);
    return !conversion?.content && !conversion?.toCrlf;
  });
  if (plain.length === 0) return [];
  const isInside = insideOf(root);
  const written: string[] = [];
  const write = ({ path }: Change, content: Buffer) => {
    if (isInside(path) && overwrite(pathOf(root, path), content)) written.push(path);
  };
  const share = Math.ceil(plain.length / READERS);
  const shares = Array.from({ length: READERS }, (_, n) => plain.slice(n * share, (n + 1) * share));
  await effect('rewrite files', () => Promise.all(shares.map((part) => readObjects(git, part, write))));
  return written;
}

/** Calls `visit` with the before-side of each change as git gives it, but for large ones. */
async function readObjects(
  git: Git,
  changes: readonly Change[],
  visit: (change: Change, content: Buffer) => void,
): Promise<void> {
  let at = 0;
  let left = 0;
  let isLarge = false;
  let parts: Buffer[] = [];
  // Each object comes as `<id> blob <size>`, a newline, its bytes and a newline.
  const onData = (data: Buffer) => {
    for (let rest = data; rest.length > 0; ) {
      const isHeader = left === 0;
      const newline = rest.indexOf('\n');
      const length = isHeader ? newline + 1 || rest.length : Math.min(left, rest.length);
      if (isHeader || !isLarge) parts.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      if (isHeader) {
        if (newline < 0) return;
        left = sizeOf(changes[at]!, Buffer.concat(parts)) + 1;
        isLarge = left > LARGE;
        parts = [];
        continue;
      }
      left -= length;
      if (left > 0) return;
      if (!isLarge) visit(changes[at]!, Buffer.concat(parts).subarray(0, -1));
      at += 1;
      parts = [];
    }
  };
  const input = changes.map(({ before }) => `${before.id}\n`).join('');
  await git.run(['cat-file', '--batch', '--buffer'], { input, onData });
}

function sizeOf({ before }: Change, header: Buffer): number {
  const [, id, size] = /^([0-9a-f]+) blob (\d+)\n$/.exec(header.toString('latin1')) ?? [];
  if (id !== before.id) throw new Error(`git cat-file says of ${before.id}: ${header.toString().trim()}`);
  return Number(size);
}

/**
 * Returns false where the file is not one to write over, or it cannot be written to the end: on a full disk git makes
 * room first, by removing what was added.
 */
function overwrite(path: Buffer, content: Buffer): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.nlink !== 1) return false;
    writeAll(descriptor, content);
    // Not before: ext4 flushes a file that was emptied and written again when it is closed.
    if (stats.size > content.length) ftruncateSync(descriptor, content.length);
    return true;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return false;
  } finally {
    closeSync(descriptor);
  }
}
