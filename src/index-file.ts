/**
 * git's index, read as a file: to start git for it takes longer than the reading. What only git can tell, of a split or a sparse
 * index, it is asked. The format: https://git-scm.com/docs/index-format
 */
import { readFileSync } from 'node:fs';
import { ignoreMissing } from './disk.ts';
import type { ObjectFormat } from './object-id.ts';

const HEADER_BYTES = 12;
const STAT_BYTES = 40;
const MODE_AT = 24;
const EXTENDED = 0x4000;
const ASSUME_VALID = 0x8000;
/** Of the flags that only an extended entry has. */
const SKIP_WORKTREE = 0x4000;
/** Extensions with which the entries alone are not what the index holds. */
const INCOMPLETE = ['link', 'sdir'];

/** `undefined` for one that is not known here. */
export function versionOf(index: Buffer): number | undefined {
  if (index.length < HEADER_BYTES) return undefined;
  const version = index.readUInt32BE(4);
  return version >= 2 && version <= 4 ? version : undefined;
}

export const idBytesOf = (format: ObjectFormat) => (format === 'sha1' ? 20 : 32);

/** One entry. `at` is where its stat data begins, in bytes. */
interface RawEntry {
  at: number;
  flags: number;
  extendedFlags: number;
  name: Buffer;
}

/** The entries of an index, in its order; returns where they end. Throws a `RangeError` for what is no whole index of a known version. */
export function* walkIndex(index: Buffer, format: ObjectFormat): Generator<RawEntry, number, void> {
  const version = versionOf(index);
  if (version === undefined) throw new RangeError('an index of an unknown version');
  let name = index.subarray(0, 0);
  let at = HEADER_BYTES;
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const flagsAt = at + STAT_BYTES + idBytesOf(format);
    const flags = index.readUInt16BE(flagsAt);
    const isExtended = (flags & EXTENDED) !== 0;
    const extendedFlags = isExtended ? index.readUInt16BE(flagsAt + 2) : 0;
    const nameAt = flagsAt + (isExtended ? 4 : 2);
    // The fourth version has of a name only what is other than in the one before.
    const { dropped, start } = version === 4 ? readDropped(index, nameAt) : { dropped: 0, start: nameAt };
    const end = index.indexOf(0, start);
    if (end < 0) throw new RangeError('an index that ends in a name');
    const rest = index.subarray(start, end);
    name = version === 4 ? Buffer.concat([name.subarray(0, name.length - dropped), rest]) : rest;
    yield { at, flags, extendedFlags, name };
    at = version === 4 ? end + 1 : at + Math.floor((end - at) / 8 + 1) * 8; // At least one NUL, up to a multiple of eight.
  }
  return at;
}

/** How many bytes at the end of the name before are not of this one: seven bits in each byte, the highest first. */
function readDropped(index: Buffer, at: number): { dropped: number; start: number } {
  let start = at;
  let byte = index.readUInt8(start++);
  let dropped = byte & 0x7f;
  while (byte & 0x80) {
    byte = index.readUInt8(start++);
    dropped = (dropped + 1) * 128 + (byte & 0x7f);
  }
  return { dropped, start };
}

/**
 * The entries at `path`, or all, as `ls-files -v --stage` writes them: tag, mode, id, stage, a tab and the name. `undefined` where
 * only git can tell.
 */
export function readEntries(
  file: string,
  format: ObjectFormat,
  path: string | undefined,
): string[] | undefined {
  const index = ignoreMissing(() => readFileSync(file));
  if (index === undefined) return [];
  const own = path === undefined ? undefined : Buffer.from(path);
  const lines: string[] = [];
  try {
    const entries = walkIndex(index, format);
    let next = entries.next();
    for (; !next.done; next = entries.next()) {
      if (own === undefined || isAt(next.value.name, own)) lines.push(lineOf(index, format, next.value));
    }
    return isIncomplete(index, next.value, index.length - idBytesOf(format)) ? undefined : lines;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // git says what is wrong with it.
    throw error;
  }
}

/** Whether `name` is `path` or below it. */
function isAt(name: Buffer, path: Buffer): boolean {
  if (name.length < path.length || name.compare(path, 0, path.length, 0, path.length) !== 0) return false;
  return name.length === path.length || name[path.length] === 0x2f;
}

function lineOf(index: Buffer, format: ObjectFormat, { at, flags, extendedFlags, name }: RawEntry): string {
  const stage = (flags >> 12) & 3;
  const tag = stage > 0 ? 'M' : extendedFlags & SKIP_WORKTREE ? 'S' : 'H';
  const mode = index
    .readUInt32BE(at + MODE_AT)
    .toString(8)
    .padStart(6, '0');
  const id = index.toString('hex', at + STAT_BYTES, at + STAT_BYTES + idBytesOf(format));
  return `${flags & ASSUME_VALID ? tag.toLowerCase() : tag} ${mode} ${id} ${stage}\t${name.toString()}`;
}

function isIncomplete(index: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 8 + index.readUInt32BE(at + 4)) {
    if (INCOMPLETE.includes(index.toString('latin1', at, at + 4))) return true;
  }
  return false;
}
