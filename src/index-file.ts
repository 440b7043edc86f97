/**
 * git's index as a file: to start git for it takes longer than to read it, or to write a private one. What only git can tell, of a
 * split or a sparse index, it is asked. The format: https://git-scm.com/docs/index-format
 */
import { hash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ignoreMissing, refuseSymlink } from './disk.ts';
import { effect } from './effect.ts';
import type { ObjectFormat } from './object-id.ts';

const HEADER_BYTES = 12;
const VERSION_AT = 4;
const COUNT_AT = 8;
const STAT_BYTES = 40;
const MODE_AT = 24;
/** In the flags, how long the name is, where it is no longer. */
const LENGTH = 0xfff;
const EXTENDED = 0x4000;
const ASSUME_VALID = 0x8000;
/** Of the flags that only an extended entry has. */
const SKIP_WORKTREE = 0x4000;
const INTENT_TO_ADD = 0x2000;
/** Extensions with which the entries alone are not what the index holds. */
const INCOMPLETE = ['link', 'sdir'];
const TREES = 'TREE';
const [SLASH, MINUS] = [0x2f, 0x2d];

/** `undefined` for one that is not known here. */
export function versionOf(index: Buffer): number | undefined {
  if (index.length < HEADER_BYTES) return undefined;
  const version = index.readUInt32BE(VERSION_AT);
  return version >= 2 && version <= 4 ? version : undefined;
}

export const idBytesOf = (format: ObjectFormat) => (format === 'sha1' ? 20 : 32);

/** One entry. It begins `at`, with its stat data, its name at `nameAt`, and the next one at `next`, in bytes. */
interface RawEntry {
  at: number;
  nameAt: number;
  nameEnd: number;
  next: number;
  flags: number;
  extendedFlags: number;
  /** Where the name does not stand there as a whole. */
  wholeName: Buffer | undefined;
}

/** The entries of an index, in its order; returns where they end. Throws a `RangeError` for what is no whole index of a known version. */
export function* walkIndex(index: Buffer, format: ObjectFormat): Generator<RawEntry, number, void> {
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
    yield { at, nameAt, nameEnd, next, flags, extendedFlags, wholeName };
    at = next;
  }
  return at;
}

/** The name of an entry, in bytes. */
export const nameIn = (index: Buffer, { nameAt, nameEnd, wholeName }: RawEntry) =>
  wholeName ?? index.subarray(nameAt, nameEnd);

/** An entry ends in at least one NUL, at a multiple of eight. */
const padded = (bytes: number) => Math.floor(bytes / 8 + 1) * 8;

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
  const extensions = visit(index, format, (entry) => {
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
  const extensions = visit(index, format, (entry) => {
    const { flags, extendedFlags } = entry;
    const isHidden = (flags & ASSUME_VALID) !== 0 || (extendedFlags & SKIP_WORKTREE) !== 0;
    isMarked ||= (extendedFlags & INTENT_TO_ADD) !== 0 || (isHidden && isAt(index, entry, own));
  });
  return isMarked || !extensions;
}

/** The tree that an index holds, as far as git has noted it there. */
export function rootTreeOf(file: string, format: ObjectFormat): string | undefined {
  const index = readFileSync(file);
  const trees = visit(index, format, () => {})?.get(TREES);
  if (!trees) return undefined;
  const start = trees.indexOf(0x0a) + 1; // After an empty name, and how many entries and trees there are.
  return trees[1] === MINUS ? undefined : trees.toString('hex', start, start + idBytesOf(format));
}

/** Shows all entries to `see`. Returns the extensions; `undefined` where the entries are not the whole, or no index stands there. */
function visit(
  index: Buffer,
  format: ObjectFormat,
  see: (entry: RawEntry) => void,
): Map<string, Buffer> | undefined {
  try {
    const entries = walkIndex(index, format);
    let next = entries.next();
    for (; !next.done; next = entries.next()) see(next.value);
    const extensions = extensionsOf(index, format, next.value);
    return isIncomplete(extensions) ? undefined : extensions;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // git says what is wrong with it.
    throw error;
  }
}

/** Whether an entry is at `path` or below it. */
function isAt(index: Buffer, { nameAt, nameEnd, wholeName }: RawEntry, path: Buffer): boolean {
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

/** What an index is to hold: the full name, a mode as git writes it, and the id of an object. */
export interface IndexEntry {
  name: string;
  mode: string;
  id: string;
}

/**
 * Makes `wanted`, which are at `path`, all that a private index holds there, without stat data; the other entries stay, and the ids of
 * their trees. What git keeps in an index besides, to be faster, it loses.
 */
export async function replaceEntries(
  file: string,
  format: ObjectFormat,
  path: string,
  wanted: readonly IndexEntry[],
): Promise<void> {
  const index = inWholeNames(readFileSync(file), format);
  const [own, below] = [Buffer.from(path), Buffer.from(`${path}/`)];
  const parts: Buffer[] = [];
  let [from, end, kept, place] = [HEADER_BYTES, HEADER_BYTES, 0, -1];
  const keepUpTo = (to: number) => {
    if (to > from) parts.push(index.subarray(from, to));
  };
  for (const entry of walkIndex(index, format)) {
    const { at, nameAt, nameEnd, next } = entry;
    end = next;
    if (isAt(index, entry, own)) {
      keepUpTo(at);
      from = next;
      continue;
    }
    kept += 1;
    if (place >= 0 || index.compare(below, 0, below.length, nameAt, nameEnd) < 0) continue;
    keepUpTo(at);
    from = at;
    place = parts.length;
  }
  keepUpTo(end);
  const extensions = extensionsOf(index, format, end);
  if (isIncomplete(extensions)) throw new Error(`${file} is split or sparse`);
  parts.splice(place < 0 ? parts.length : place, 0, newEntries(format, wanted));
  const header = Buffer.from(index.subarray(0, HEADER_BYTES));
  header.writeUInt32BE(kept + wanted.length, COUNT_AT);
  const trees = extensions.get(TREES);
  if (trees) parts.push(withoutTreesOf(trees, idBytesOf(format), path));
  const body = Buffer.concat([header, ...parts]);
  const sum = Buffer.from(hash(format, body), 'hex');
  await effect('write index', () => {
    refuseSymlink(dirname(file));
    // By a rename, as git does: another name of that file, or what it leads to as a symlink, stays as it is.
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, Buffer.concat([body, sum]), { flag: 'wx' });
    renameSync(`${file}.new`, file);
  });
}

/**
 * The extension with the ids of trees, without those of which `path` is a part, or that are part of it. With the others git need not
 * have what they name: a partial clone would fetch it. Each tree is followed by those in it.
 */
function withoutTreesOf(trees: Buffer, idBytes: number, path: string): Buffer {
  const own = `${Buffer.from(path).toString('latin1')}/`;
  const parts: Buffer[] = [];
  let at = 0;
  const take = (parent: string) => {
    const nameEnd = trees.indexOf(0, at);
    const end = trees.indexOf(0x0a, nameEnd);
    const name = trees.toString('latin1', at, nameEnd);
    const [entries, below] = trees
      .toString('latin1', nameEnd + 1, end)
      .split(' ')
      .map(Number) as [number, number];
    const next = end + 1 + (entries < 0 ? 0 : idBytes);
    const whole = name === '' ? '' : `${parent}${name}/`;
    const isTouched = own.startsWith(whole) || whole.startsWith(own);
    parts.push(isTouched ? Buffer.from(`${name}\0-1 ${below}\n`, 'latin1') : trees.subarray(at, next));
    at = next;
    for (let left = below; left > 0; left -= 1) take(whole);
  };
  take('');
  const head = Buffer.from(`${TREES}....`);
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    4,
  );
  return Buffer.concat([head, ...parts]);
}

/** The same index in a version whose names are whole. */
function inWholeNames(index: Buffer, format: ObjectFormat): Buffer {
  if (versionOf(index) !== 4) return index;
  const header = Buffer.from(index.subarray(0, HEADER_BYTES));
  header.writeUInt32BE(3, VERSION_AT);
  const parts = [header];
  let end = HEADER_BYTES;
  for (const entry of walkIndex(index, format)) {
    parts.push(withName(index.subarray(entry.at, entry.nameAt), nameIn(index, entry)));
    end = entry.next;
  }
  return Buffer.concat([...parts, index.subarray(end)]);
}

/** In git's order, which is that of bytes, as one. */
function newEntries(format: ObjectFormat, wanted: readonly IndexEntry[]): Buffer {
  const flagsIn = STAT_BYTES + idBytesOf(format);
  const named = wanted.map((entry) => ({ entry, name: Buffer.from(entry.name) }));
  named.sort((one, other) => one.name.compare(other.name));
  const sizeOf = (name: Buffer) => padded(flagsIn + 2 + name.length);
  const all = Buffer.alloc(named.reduce((sum, { name }) => sum + sizeOf(name), 0));
  let at = 0;
  for (const { entry, name } of named) {
    all.writeUInt32BE(Number.parseInt(entry.mode, 8), at + MODE_AT);
    all.write(entry.id, at + STAT_BYTES, 'hex');
    all.writeUInt16BE(Math.min(name.length, LENGTH), at + flagsIn);
    name.copy(all, at + flagsIn + 2);
    at += sizeOf(name);
  }
  return all;
}

/** An entry with its whole name, and the NULs after it. */
const withName = (head: Buffer, name: Buffer) =>
  Buffer.concat([head, name], padded(head.length + name.length));
