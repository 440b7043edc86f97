/**
 * Files that are what an earlier transaction has published, recognised by what changes when anyone writes to them: their bytes
 * need not be hashed again (docs/adr/0015).
 */
import type { Entry } from './tree.ts';
import { isSettled } from './unchanged.ts';

/** A file as the ledger keeps it; without a stamp it is not recognised. */
export interface PublishedFile {
  path: string;
  size: number;
  sha256: string;
  stamp: string | null;
}

/** What the ledger keeps of a file; `null` where it may have changed since it was seen without a trace. */
export function stampOf(entry: Entry): string | null {
  return isSettled(entry) ? text(entry) : null;
}

function text({ dev, ino, mtimeS, mtimeNs, ctimeS, ctimeNs }: Entry): string {
  return `${dev} ${ino} ${mtimeS} ${mtimeNs} ${ctimeS} ${ctimeNs}`;
}

/** The SHA-256 of a file that is one of `published`; both are asked for and given in the order of a tree. */
export function recognize(published: Iterator<PublishedFile>): (entry: Entry) => string | undefined {
  let next = published.next();
  return (entry) => {
    while (!next.done && next.value.path < entry.path) next = published.next();
    if (next.done || next.value.path !== entry.path) return undefined;
    const { size, sha256, stamp } = next.value;
    return size === entry.size && stamp === text(entry) ? sha256 : undefined;
  };
}
