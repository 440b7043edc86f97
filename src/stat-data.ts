/**
 * The stat data in git's index: what git compares with a file to know that it need not read it. `update-index
 * --index-info` leaves it empty, and git would read every file once more to fill it. Of files that were hashed here it
 * is known. The format: https://git-scm.com/docs/index-format
 */
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ObjectFormat } from './object-id.ts';
import type { Seal } from './seal.ts';
import { keepTime, timeOf } from './snapshots.ts';
import { type Entry, findEntry } from './tree.ts';
import { isSettledBySecond } from './unchanged.ts';

const HEADER_BYTES = 12;
const STAT_BYTES = 40;
/** Versions whose names are whole. */
const VERSIONS = [2, 3];
const EXTENDED = 0x4000;
/** In bytes, and in seconds. Of what does not fit nothing is written: git takes the lower bits of it, and not always. */
const LARGEST = 0xffff_ffff;

/**
 * Writes into the index file the stat data of the outputs at `path`, as they were sealed, and returns of how many. What was written
 * in the second in which it was last looked at git reads again where the index is no younger: it could not tell a later change.
 * By the time of the contents, and by no other: where that is not the last, nothing is filled.
 */
export function fillOutputs(
  index: string,
  format: ObjectFormat,
  path: string,
  { sealed, soundAtMs }: Pick<Seal, 'sealed' | 'soundAtMs'>,
): number {
  const start = `${path}/`;
  const bytes = readFileSync(index);
  let time = timeOf(index)!;
  const filled = fillStatData(bytes, format, (name) => {
    const entry = name.startsWith(start) ? findEntry(sealed, name.slice(start.length)) : undefined;
    if (!entry || isSettledBySecond(entry, soundAtMs)) return entry;
    if (entry.mtimeS < entry.ctimeS || entry.mtimeS > LARGEST) return undefined;
    time = Math.min(time, entry.mtimeS * 1000);
    return entry;
  });
  writeFileSync(index, bytes);
  keepTime(time, index);
  return filled;
}

/**
 * Writes into `index` the stat data of the entries that `find` knows by their names, and returns of how many. Only a hint: git
 * reads what it does not fit. An index of another version stays as it is.
 */
export function fillStatData(
  index: Buffer,
  format: ObjectFormat,
  find: (name: string) => Entry | undefined,
): number {
  const idBytes = format === 'sha1' ? 20 : 32;
  if (index.length < HEADER_BYTES || !VERSIONS.includes(index.readUInt32BE(4))) return 0;
  let filled = 0;
  let at = HEADER_BYTES;
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const flagsAt = at + STAT_BYTES + idBytes;
    const nameAt = flagsAt + (index.readUInt16BE(flagsAt) & EXTENDED ? 4 : 2);
    const end = index.indexOf(0, nameAt);
    const entry = find(index.toString('utf8', nameAt, end));
    if (entry && entry.size <= LARGEST) {
      writeStatData(index, at, entry);
      filled += 1;
    }
    at += Math.floor((end - at) / 8 + 1) * 8; // At least one NUL, up to a multiple of eight.
  }
  const body = index.subarray(0, index.length - idBytes);
  const sum = index.subarray(index.length - idBytes);
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
