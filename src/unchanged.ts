/** Whether files still are what they were hashed as: their stamps tell, once they are old enough. */
import { setTimeout } from 'node:timers/promises';
import { digest, hashTree, look, type Stamp, sameContent, type Tree, walk } from './tree.ts';
import { turn } from './turns.ts';

function hasStampOf(one: Stamp, other: Stamp): boolean {
  return (
    one.ctimeNs === other.ctimeNs &&
    one.ctimeS === other.ctimeS &&
    one.mtimeNs === other.mtimeNs &&
    one.mtimeS === other.mtimeS &&
    one.size === other.size &&
    one.ino === other.ino
  );
}

/** The later of the times of a file, in milliseconds since the epoch. */
const changedAtMs = ({ mtimeS, mtimeNs, ctimeS, ctimeNs }: Stamp) =>
  Math.max(mtimeS * 1000 + mtimeNs / 1_000_000, ctimeS * 1000 + ctimeNs / 1_000_000);

/** A file changed less than this before it was seen may have changed after, within one tick of the clock. */
const RACY_MS = 100;
/** The same where a file system counts in whole seconds, or in two. */
const COARSE_MS = 2000;

/** How much older than the look at it a change has to be, in milliseconds. */
const slackOf = ({ ctimeNs }: Stamp) => RACY_MS + (ctimeNs === 0 ? COARSE_MS : 0);

/** Whether a file has another stamp when it is changed after it was seen. */
export function isSettled(entry: Stamp): boolean {
  return changedAtMs(entry) < entry.seenAtMs - slackOf(entry);
}

/** The same for who compares nothing but seconds, as git does. */
export function isSettledBySecond(entry: Stamp): boolean {
  return changedAtMs(entry) < Math.floor((entry.seenAtMs - slackOf(entry)) / 1000) * 1000;
}

/**
 * Says which path below `root` no longer is what `tree` recorded, or `undefined` when all still are. Contents
 * are read again only where the stamp changed or was too fresh to tell. `tree` has the stamps as they are now.
 */
export async function firstDifference(
  root: string,
  tree: Tree,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const left = new Map(tree.map((entry) => [entry.path, entry]));
  for (const [path] of walk(root)) {
    await turn(signal);
    const entry = left.get(path);
    if (!entry) return path;
    left.delete(path);
    const now = look(root, path);
    if (isSettled(entry) && hasStampOf(now, entry)) {
      entry.seenAtMs = now.seenAtMs;
      continue;
    }
    Object.assign(now, await digest(root, now, { signal }));
    if (!sameContent(entry, now)) return path;
    Object.assign(entry, now); // The old stamp would be wrong in git's index.
  }
  return left.keys().next().value;
}

/**
 * Hashes the files `only` so that `writtenSince` tells of every later write: once more where one was changed a moment ago.
 * It waits for no longer than that takes: a file may have a time of the future.
 */
export async function settledTree(
  root: string,
  only: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Tree> {
  const tree = await hashTree(root, { only, signal });
  const fresh = tree.filter((entry) => !isSettled(entry));
  if (fresh.length === 0) return tree;
  const slack = fresh.reduce((longest, entry) => Math.max(longest, slackOf(entry)), 0);
  await setTimeout(slack, undefined, { signal });
  return hashTree(root, { only, signal });
}

/** The path of a file of `tree` that has another stamp now. */
export function writtenSince(root: string, tree: Tree): string | undefined {
  return tree.find((entry) => !hasStampOf(look(root, entry.path), entry))?.path;
}
