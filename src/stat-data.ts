/**
 * The stat data in git's index: what git compares with a file to know that it need not read it. `update-index
 * --index-info` leaves it empty, and git would read every file once more to fill it. Of files that were hashed here it
 * is known.
 */
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { idBytesOf, isAt, nameIn, type RawEntry, versionOf, walkIndex } from './index-file.ts';
import type { ObjectFormat } from './object-id.ts';
import { keepTime, timeOf } from './snapshots.ts';
import { type Entry, findEntry, type Tree } from './tree.ts';
import { isSettledBySecond } from './unchanged.ts';

/** In bytes, and in seconds. Of what does not fit nothing is written: git takes the lower bits of it, and not always. */
const LARGEST = 0xffff_ffff;

/**
 * Writes into the index file the stat data of the outputs at `path`, as they were sealed, and returns of how many. What was written
 * in the second in which it was last looked at git reads again where the index is no younger: it could not tell a later change.
 * By the time of the contents, and by no other: where that is not the last, nothing is filled.
 */
export function fillOutputs(index: string, format: ObjectFormat, path: string, sealed: Tree): number {
  const bytes = readFileSync(index);
  let time = timeOf(index)!;
  const own = Buffer.from(path);
  const filled = fillStatData(bytes, format, (raw) => {
    if (!isAt(bytes, raw, own)) return undefined; // Of the others not even the name.
    const entry = findEntry(sealed, nameIn(bytes, raw).toString('utf8', own.length + 1));
    if (!entry || isSettledBySecond(entry)) return entry;
    if (entry.mtimeS < entry.ctimeS || entry.mtimeS > LARGEST) return undefined;
    time = Math.min(time, entry.mtimeS * 1000);
    return entry;
  });
  writeFileSync(index, bytes);
  keepTime(time, index);
  return filled;
}

/**
 * Writes into `index` the stat data of the entries that `find` knows, and returns of how many. Only a hint: git reads what it
 * does not fit. An index of an unknown version stays as it is.
 */
export function fillStatData(
  index: Buffer,
  format: ObjectFormat,
  find: (entry: RawEntry) => Entry | undefined,
): number {
  if (versionOf(index) === undefined) return 0;
  let filled = 0;
  walkIndex(index, format, (raw) => {
    const entry = find(raw);
    if (!entry || entry.size > LARGEST) return;
    writeStatData(index, raw.at, entry);
    filled += 1;
  });
  const body = index.subarray(0, index.length - idBytesOf(format));
  const sum = index.subarray(body.length);
  if (!sum.every((byte) => byte === 0)) sum.write(hash(format, body), 'hex'); // Zeros: index.skipHash
  return filled;
}

function writeStatData(index: Buffer, at: number, entry: Entry): void {
  index.writeUInt32BE(entry.ctimeS >>> 0, at);
  index.writeUInt32BE(entry.ctimeNs, at + 4);
  index.writeUInt32BE(entry.mtimeS >>> 0, at + 8);
  index.writeUInt32BE(entry.mtimeNs, at + 12);
  index.writeUInt32BE(entry.dev >>> 0, at + 16);
  index.writeUInt32BE(entry.ino >>> 0, at + 20);
  index.writeUInt32BE(entry.uid >>> 0, at + 28);
  index.writeUInt32BE(entry.gid >>> 0, at + 32);
  index.writeUInt32BE(entry.size, at + 36);
}
