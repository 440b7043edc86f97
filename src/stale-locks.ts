/** Locks, unfinished objects and empty refs that a killed git left, told from those of a living one (clause 12). */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import * as disk from './disk.ts';
import { errorCode } from './errors.ts';
import { DETACHED } from './head.ts';
import type { Layout } from './layout.ts';
import { isHeld, temporaryObjects } from './orphans.ts';
import type { Transaction } from './participant.ts';
import { parentsOf } from './paths.ts';
import { isInPlace } from './record.ts';

/** File times lag behind the clock by up to one tick of the kernel's. */
const CLOCK_TICK_MS = 20;

/**
 * Removes them: names this transaction could have taken, made since it began, and with no living process that may
 * hold them. The transaction's own children have ended before.
 */
export async function removeStaleLocks(transaction: Transaction, layout: Layout): Promise<void> {
  const { branch, tag, remote, began_at: beganAt } = transaction.record;
  const { topLevel, gitDirectory, commonDirectory } = layout;
  const tracking = remote && `refs/remotes/${remote}/${branch!.replace('refs/heads/', '')}`;
  const made = disk.ignoreMissing(() => readdirSync(join(commonDirectory, transaction.ref('')))) ?? [];
  const refs = [
    ...inTheWayOf(branch!, commonDirectory),
    branch!,
    tag,
    ...made.filter((name) => name.endsWith('.lock')).map((name) => transaction.ref(name.slice(0, -5))),
    tracking,
  ];
  const locks = [
    ...[`${layout.index}.lock`, join(gitDirectory, 'HEAD.lock')],
    ...['packed-refs.lock', 'shallow.lock'].map((name) => join(commonDirectory, name)),
    ...refs.filter((ref) => ref !== null).map((ref) => join(commonDirectory, `${ref}.lock`)),
  ];
  // Those of the private indexes are nobody else's.
  const own = disk.ignoreMissing(() => readdirSync(transaction.privateDirectory)) ?? [];
  for (const name of own.filter((name) => name.endsWith('.lock'))) await disk.remove(transaction.path(name));
  // A ref that a power cut left without content names nothing, and git stumbles over it.
  // The branch only where the way back sets it: git would take an older value that it has packed.
  const branches = isInPlace(transaction.record) && branch !== DETACHED ? [branch!] : [];
  for (const ref of [
    ...branches,
    ...made.map((name) => transaction.ref(name)),
    ...(tag === null ? [] : [tag]),
  ]) {
    const path = join(commonDirectory, ref);
    if (!disk.ignoreMissing(() => lstatSync(path))?.isFile()) continue; // A branch may stand in the way.
    const content = readFileSync(path, 'latin1');
    if (!/^([0-9a-f]{40,64}(\s|$)|ref:)/.test(content)) await disk.remove(path);
  }
  const objects = join(commonDirectory, 'objects');
  const folders = (disk.ignoreMissing(() => readdirSync(objects)) ?? []).map((name) => join(objects, name));
  const unfinished = folders.flatMap((folder) => temporaryObjects(folder).map((name) => join(folder, name)));
  // A pack is there once its index is: without one nobody reads it, and git's own cleaning leaves it.
  const packs = disk.ignoreMissing(() => readdirSync(join(objects, 'pack'))) ?? [];
  for (const name of packs.filter((name) => name.endsWith('.pack'))) {
    if (!packs.includes(name.replace(/pack$/, 'idx'))) unfinished.push(join(objects, 'pack', name));
  }
  for (const path of [...locks, ...unfinished]) {
    if (!isSince(path, beganAt)) continue;
    if (isHeld(path, [topLevel, commonDirectory])) continue;
    await disk.remove(path);
  }
}

/** Whether a file is there, and written since then. */
function isSince(path: string, beganAt: string): boolean {
  const madeAt = disk.ignoreMissing(() => lstatSync(path))?.mtimeMs;
  return madeAt !== undefined && madeAt >= Date.parse(beganAt) - CLOCK_TICK_MS;
}

/** Larger objects are not looked into, in bytes. */
const LARGEST = 64 << 20;

/**
 * Removes the loose objects made since the transaction began that a power cut left without their content: the command of an
 * operation may have had git write them. git takes each for the object it is called after, and never writes that again.
 */
export async function removeBrokenObjects(
  { record }: Transaction,
  { commonDirectory }: Layout,
): Promise<void> {
  const objects = join(commonDirectory, 'objects');
  for (const folder of readdirSync(objects).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of namesIn(join(objects, folder))) {
      const path = join(objects, folder, name);
      if (isSince(path, record.began_at) && isBroken(path)) await disk.remove(path);
    }
  }
}

/** What is in a folder of objects; nothing where it is another user's, or went meanwhile: git packs and removes beside this. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isBroken(path: string): boolean {
  try {
    const object = disk.readRegular(path, LARGEST);
    if (object) inflateSync(object, { maxOutputLength: LARGEST }); // It holds a checksum.
    return false;
  } catch (error) {
    return errorCode(error)?.startsWith('Z_') ?? false; // Not where it is only too large, or not to be read.
  }
}

/** The refs that have a part of the name of a branch, and a lock: the way back takes those out of its way. */
function inTheWayOf(branch: string, commonDirectory: string): string[] {
  const above = parentsOf(branch).slice(2); // Not `refs` and `refs/heads`.
  const place = join(commonDirectory, branch);
  const below = disk.ignoreMissing(() => readdirSync(place, { recursive: true, encoding: 'utf8' })) ?? [];
  return [
    ...above,
    ...below.filter((name) => name.endsWith('.lock')).map((name) => `${branch}/${name.slice(0, -5)}`),
  ];
}
