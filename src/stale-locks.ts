/** Locks, unfinished objects and empty refs that a killed git left, told from those of a living one (clause 12). */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as disk from './disk.ts';
import type { Layout } from './layout.ts';
import { isHeld, temporaryObjects } from './orphans.ts';
import type { Transaction } from './participant.ts';
import { parentsOf } from './paths.ts';

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
    ...['pre-op', 'op-exec', 'post-op', 'commit', 'emergency', 'control'].map((name) =>
      transaction.ref(name),
    ),
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
  for (const ref of [...made.map((name) => transaction.ref(name)), ...(tag === null ? [] : [tag])]) {
    const path = join(commonDirectory, ref);
    const content = disk.ignoreMissing(() => readFileSync(path, 'latin1'));
    if (content !== undefined && !/^[0-9a-f]{40,64}\n$/.test(content) && !content.startsWith('ref:')) {
      await disk.remove(path);
    }
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
    const madeAt = disk.ignoreMissing(() => lstatSync(path))?.mtimeMs;
    if (madeAt === undefined || madeAt < Date.parse(beganAt) - CLOCK_TICK_MS) continue;
    if (isHeld(path, [topLevel, commonDirectory])) continue;
    await disk.remove(path);
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
