/**
 * git's index as a file: to start git for it takes longer than to read it, or to write a private one. What only git can tell, of a
 * split or a sparse index, it is asked. The format: https://git-scm.com/docs/index-format
 */
import { hash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ignoreMissing, refuseSymlink, writeAll } from './disk.ts';
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
/** Extensions with which the entries alone are not what the index holds. */
const INCOMPLETE = ['link', 'sdir'];
const TREES = 'TREE';
const { O_WRONLY, O_TRUNC, O_NOFOLLOW = 0 } = constants;

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
  next: number;
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
  for (let left = index.readUInt32BE(COUNT_AT); left > 0; left -= 1) {
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
    const next = version === 4 ? end + 1 : at + padded(end - at);
    yield { at, nameAt, next, flags, extendedFlags, name };
    at = next;
  }
  return at;
}

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
    return isIncomplete(extensionsOf(index, format, next.value)) ? undefined : lines;
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
  const index = readFileSync(file);
  const [own, below] = [Buffer.from(path), Buffer.from(`${path}/`)];
  const [before, after]: [Buffer[], Buffer[]] = [[], []];
  const isCompressed = versionOf(index) === 4;
  let end = HEADER_BYTES;
  for (const { at, nameAt, next, name } of walkIndex(index, format)) {
    end = next;
    if (isAt(name, own)) continue;
    const entry = isCompressed ? withName(index.subarray(at, nameAt), name) : index.subarray(at, next);
    (name.compare(below) < 0 ? before : after).push(entry);
  }
  const extensions = extensionsOf(index, format, end);
  if (isIncomplete(extensions)) throw new Error(`${file} is split or sparse`);
  const entries = [...before, ...newEntries(format, wanted), ...after];
  const header = Buffer.from(index.subarray(0, HEADER_BYTES));
  if (isCompressed) header.writeUInt32BE(3, VERSION_AT);
  header.writeUInt32BE(entries.length, COUNT_AT);
  const trees = extensions.get(TREES);
  if (trees) entries.push(...withoutTreesOf(trees, idBytesOf(format), path));
  const body = Buffer.concat([header, ...entries]);
  const sum = Buffer.from(hash(format, body), 'hex');
  await effect('write index', () => {
    refuseSymlink(dirname(file));
    const descriptor = openSync(file, O_WRONLY | O_TRUNC | O_NOFOLLOW);
    try {
      writeAll(descriptor, Buffer.concat([body, sum]));
    } finally {
      closeSync(descriptor);
    }
  });
}

/**
 * The extension with the ids of trees, without those of which `path` is a part, or that are part of it. With the others git need not
 * have what they name: a partial clone would fetch it. Each tree is followed by those in it.
 */
function withoutTreesOf(trees: Buffer, idBytes: number, path: string): Buffer[] {
  const own = `${Buffer.from(path).toString('latin1')}/`;
  const parts: Buffer[] = [];
  let at = 0;
  const visit = (parent: string) => {
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
    for (let left = below; left > 0; left -= 1) visit(whole);
  };
  visit('');
  const head = Buffer.from(`${TREES}....`);
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    4,
  );
  return [head, ...parts];
}

/** In git's order, which is that of bytes. */
function newEntries(format: ObjectFormat, wanted: readonly IndexEntry[]): Buffer[] {
  const flagsAt = STAT_BYTES + idBytesOf(format);
  const head = Buffer.alloc(flagsAt + 2);
  const named = wanted.map((entry) => ({ ...entry, bytes: Buffer.from(entry.name) }));
  return named
    .sort((one, other) => one.bytes.compare(other.bytes))
    .map(({ mode, id, bytes }) => {
      head.writeUInt32BE(Number.parseInt(mode, 8), MODE_AT);
      head.write(id, STAT_BYTES, 'hex');
      head.writeUInt16BE(Math.min(bytes.length, LENGTH), flagsAt);
      return withName(head, bytes);
    });
}

/** An entry with its whole name, and the NULs after it. */
const withName = (head: Buffer, name: Buffer) =>
  Buffer.concat([head, name], padded(head.length + name.length));
