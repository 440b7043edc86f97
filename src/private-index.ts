/**
 * The private index of a transaction, written as a file: only git's own commands read it afterwards, and nobody uses it for long
 * (docs/adr/0016). The user's index is git's to write.
 */
import { hash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { refuseSymlink } from './disk.ts';
import { effect } from './effect.ts';
import {
  COUNT_AT,
  HEADER_BYTES,
  idBytesOf,
  isAt,
  LENGTH,
  MODE_AT,
  nameIn,
  padded,
  STAT_BYTES,
  TREES,
  VERSION_AT,
  versionOf,
  visitEntries,
  walkIndex,
} from './index-file.ts';
import type { ObjectFormat } from './object-id.ts';

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
  const extensions = visitEntries(index, format, (entry) => {
    const { at, nameAt, nameEnd, next } = entry;
    end = next;
    if (isAt(index, entry, own)) {
      keepUpTo(at);
      from = next;
      return;
    }
    kept += 1;
    if (place >= 0 || index.compare(below, 0, below.length, nameAt, nameEnd) < 0) return;
    keepUpTo(at);
    from = at;
    place = parts.length;
  });
  if (!extensions) throw new Error(`${file} is damaged, split or sparse`);
  keepUpTo(end);
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
  const end = walkIndex(index, format, (entry) => {
    parts.push(withName(index.subarray(entry.at, entry.nameAt), nameIn(index, entry)));
  });
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
