/**
 * git's index, read as a file: to start git for it takes longer. What only git can tell, of a split or a sparse index, it is asked.
 * The format: https://git-scm.com/docs/index-format
 */
import { readFileSync } from 'node:fs';
import { ignoreMissing } from './disk.ts';
import type { ObjectFormat } from './object-id.ts';

export const HEADER_BYTES = 12;
export const VERSION_AT = 4;
export const COUNT_AT = 8;
export const STAT_BYTES = 40;
export const MODE_AT = 24;
/** In the flags, how long the name is, where it is no longer. */
export const LENGTH = 0xfff;
const EXTENDED = 0x4000;
const ASSUME_VALID = 0x8000;
/** Of the flags that only an extended entry has. */
const SKIP_WORKTREE = 0x4000;
const INTENT_TO_ADD = 0x2000;
/** Extensions with which the entries alone are not what the index holds. */
const INCOMPLETE = ['link', 'sdir'];
export const TREES = 'TREE';
const [SLASH, MINUS] = [0x2f, 0x2d];

/** `undefined` for one that is not known here. */
export function versionOf(index: Buffer): number | undefined {
  if (index.length < HEADER_BYTES) return undefined;
  const version = index.readUInt32BE(VERSION_AT);
  return version >= 2 && version <= 4 ? version : undefined;
}

export const idBytesOf = (format: ObjectFormat) => (format === 'sha1' ? 20 : 32);

/** One entry. It begins `at`, with its stat data, its name at `nameAt`, and the next one at `next`, in bytes. */
export interface RawEntry {
  at: number;
  nameAt: number;
  nameEnd: number;
  next: number;
  flags: number;
  extendedFlags: number;
  /** Where the name does not stand there as a whole. */
  wholeName: Buffer | undefined;
}

/**
 * Shows the entries of an index to `see`, in its order; returns where they end. Throws a `RangeError` for what is no whole index of
 * a known version.
 */
export function walkIndex(index: Buffer, format: ObjectFormat, see: (entry: RawEntry) => void): number {
  const version = versionOf(index);
  if (version === undefined) throw new RangeError('an index of an unknown version');
  const flagsIn = STAT_BYTES + idBytesOf(format);
  let wholeName = version === 4 ? index.subarray(0, 0) : undefined;
  let at = HEADER_BYTES;
  for (let left = index.readUInt32BE(COUNT_AT); left > 0; left -= 1) {
    const flags = index.readUInt16BE(at + flagsIn);
    const isExtended = (flags & EXTENDED) !== 0;
    const extendedFlags = isExtended ? index.readUInt16BE(at + flagsIn + 2) : 0;
    const nameAt = at + flagsIn + (isExtended ? 4 : 2);
    const length = flags & LENGTH;
    let nameEnd = nameAt + length;
    let next = at + padded(nameEnd - at);
    if (wholeName || length === LENGTH) {
      // The fourth version has of a name only what is other than in the one before.
      const { dropped, start } = wholeName ? readDropped(index, nameAt) : { dropped: 0, start: nameAt };
      nameEnd = index.indexOf(0, start);
      next = wholeName ? nameEnd + 1 : at + padded(nameEnd - at);
      wholeName &&= Buffer.concat([
        wholeName.subarray(0, wholeName.length - dropped),
        index.subarray(start, nameEnd),
      ]);
    }
    if (nameEnd < nameAt || next > index.length) throw new RangeError('an index that ends in a name');
    see({ at, nameAt, nameEnd, next, flags, extendedFlags, wholeName });
    at = next;
  }
  return at;
}

/** The name of an entry, in bytes. */
export const nameIn = (index: Buffer, { nameAt, nameEnd, wholeName }: RawEntry) =>
  wholeName ?? index.subarray(nameAt, nameEnd);

/** An entry ends in at least one NUL, at a multiple of eight. */
export const padded = (bytes: number) => Math.floor(bytes / 8 + 1) * 8;

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
 * The entries at `path`, or all, as `ls-files -v --stage` writes them: tag, mode, id, stage, a tab and the name; of one `mode` only,
 * where that is given. `undefined` where only git can tell.
 */
export function readEntries(
  file: string,
  format: ObjectFormat,
  path: string | undefined,
  mode?: string,
): string[] | undefined {
  const index = ignoreMissing(() => readFileSync(file));
  if (index === undefined) return [];
  const own = path === undefined ? undefined : Buffer.from(path);
  const only = mode === undefined ? undefined : Number.parseInt(mode, 8);
  const lines: string[] = [];
  const extensions = visitEntries(index, format, (entry) => {
    if (own !== undefined && !isAt(index, entry, own)) return;
    if (only === undefined || index.readUInt32BE(entry.at + MODE_AT) === only)
      lines.push(lineOf(index, format, entry));
  });
  return extensions && lines;
}

/**
 * Whether an index marks any entry at `path` so that git does not look at its file, or any at all as to be added some day, which
 * `ls-files` does not show. Also where only git can tell.
 */
export function hasMarks(file: string, format: ObjectFormat, path: string): boolean {
  const index = readFileSync(file);
  const own = Buffer.from(path);
  let isMarked = false;
  const extensions = visitEntries(index, format, (entry) => {
    const { flags, extendedFlags } = entry;
    const isHidden = (flags & ASSUME_VALID) !== 0 || (extendedFlags & SKIP_WORKTREE) !== 0;
    isMarked ||= (extendedFlags & INTENT_TO_ADD) !== 0 || (isHidden && isAt(index, entry, own));
  });
  return isMarked || !extensions;
}

/** The tree that an index holds, as far as git has noted it there. */
export function rootTreeOf(file: string, format: ObjectFormat): string | undefined {
  const index = readFileSync(file);
  const trees = visitEntries(index, format, () => {})?.get(TREES);
  if (!trees) return undefined;
  const start = trees.indexOf(0x0a) + 1; // After an empty name, and how many entries and trees there are.
  return trees[1] === MINUS ? undefined : trees.toString('hex', start, start + idBytesOf(format));
}

/** Shows all entries to `see`. Returns the extensions; `undefined` where the entries are not the whole, or no index stands there. */
export function visitEntries(
  index: Buffer,
  format: ObjectFormat,
  see: (entry: RawEntry) => void,
): Map<string, Buffer> | undefined {
  try {
    const extensions = extensionsOf(index, format, walkIndex(index, format, see));
    return isIncomplete(extensions) ? undefined : extensions;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // git says what is wrong with it.
    throw error;
  }
}

/** Whether an entry is at `path` or below it. */
export function isAt(index: Buffer, { nameAt, nameEnd, wholeName }: RawEntry, path: Buffer): boolean {
  const [bytes, start, end] = wholeName ? [wholeName, 0, wholeName.length] : [index, nameAt, nameEnd];
  const after = start + path.length;
  if (after > end || (after < end && bytes[after] !== SLASH)) return false; // Most entries: to compare takes longer.
  return bytes.compare(path, 0, path.length, start, after) === 0;
}

/** Modes as text: there are few, and many entries. */
const modes = new Map<number, string>();

function lineOf(index: Buffer, format: ObjectFormat, entry: RawEntry): string {
  const { at, nameAt, nameEnd, flags, extendedFlags, wholeName } = entry;
  const stage = (flags >> 12) & 3;
  const tag = stage > 0 ? 'M' : extendedFlags & SKIP_WORKTREE ? 'S' : 'H';
  const number = index.readUInt32BE(at + MODE_AT);
  const mode = modes.get(number) ?? number.toString(8).padStart(6, '0');
  modes.set(number, mode);
  const id = index.toString('hex', at + STAT_BYTES, at + STAT_BYTES + idBytesOf(format));
  const name = wholeName?.toString() ?? index.toString('utf8', nameAt, nameEnd);
  return `${flags & ASSUME_VALID ? tag.toLowerCase() : tag} ${mode} ${id} ${stage}\t${name}`;
}

/** What follows the entries: the names of the extensions, with their data. */
function extensionsOf(index: Buffer, format: ObjectFormat, start: number): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const end = index.length - idBytesOf(format);
  for (let at = start; at < end; ) {
    const next = at + 8 + index.readUInt32BE(at + 4);
    found.set(index.toString('latin1', at, at + 4), index.subarray(at + 8, next));
    at = next;
  }
  return found;
}

const isIncomplete = (extensions: Map<string, Buffer>) => INCOMPLETE.some((name) => extensions.has(name));
