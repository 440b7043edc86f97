/** The seal (clause 3.5): what staging holds, hashed, with its manifest. From here nothing may change. */
import { join } from 'node:path';
import type { CompressedBlobs } from './compressed-blobs.ts';
import * as disk from './disk.ts';
import { TransactionError } from './errors.ts';
import { type Manifest, type Provenance, writeManifest } from './manifest.ts';
import type { ObjectFormat } from './object-id.ts';
import { quote } from './paths.ts';
import { breakHardLink } from './staging.ts';
import { hashTree, type Progress, type Tree } from './tree.ts';
import { checkTree } from './tree-check.ts';
import { firstDifference } from './unchanged.ts';

export interface Seal {
  /** The outputs. */
  tree: Tree;
  manifest: Manifest;
  /** The outputs and the manifest, as they stand in staging. */
  sealed: Tree;
  /** The blobs of small files among them; `undefined` where none are to be packed. */
  compressed: CompressedBlobs | undefined;
}

interface SealOptions {
  /** Name of the manifest in the tree. */
  name: string;
  provenance: Provenance;
  signal: AbortSignal | undefined;
  progress: Progress | undefined;
  /** How git names objects; `undefined` without a commit. */
  format: ObjectFormat | undefined;
  /** Gets the blobs that are to be packed. */
  compressed: CompressedBlobs | undefined;
  /** Throws where the manifest must not be written any more. */
  check: () => void;
}

const UNDISTURBED = 'Let nothing else write to staging, and look at the disk.';

/**
 * Seals `staging`. `sources` are the hashes of files as they were read from where they were copied: a full disk
 * can truncate silently. Throws 65 for what may not be published and for a copy that is not its source.
 */
export async function seal(
  staging: string,
  sources: ReadonlyMap<string, string>,
  options: SealOptions,
): Promise<Seal> {
  const { name, provenance, signal, progress, format, compressed, check } = options;
  const take = (id: string, bytes: Buffer) => compressed?.add(id, bytes);
  check();
  const tree = await hashTree(staging, { signal, progress, format, take, unshare: breakHardLink });
  checkTree(staging, tree, name);
  const copied = tree.find(({ path, sha256 }) => (sources.get(path) ?? sha256) !== sha256);
  if (copied) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `${quote(copied.path)} in staging is not what its source held when it was copied`,
      { next: UNDISTURBED },
    );
  }
  let manifest: Manifest | undefined;
  const write = (take: (part: Uint8Array) => void) => {
    manifest = writeManifest(tree, provenance, take);
  };
  await disk.createScratch(join(staging, name), write, check);
  const [own] = await hashTree(staging, { only: [name], format, take });
  if (!own || own.sha256 !== manifest?.sha256) {
    throw new TransactionError('ATOMIC_COMMIT_FAILED', `${quote(name)} in staging is not what was written`, {
      next: UNDISTURBED,
    });
  }
  const sealed = [...tree, own].sort((one, other) => (one.path < other.path ? -1 : 1));
  return { tree, manifest, sealed, compressed };
}

/** Throws 65 when a file below `directory` is no longer what was sealed; `when` says since when. */
export async function requireSeal(
  seal: Seal,
  directory: string,
  when: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = await firstDifference(directory, seal.sealed, signal);
  if (path !== undefined) {
    throw new TransactionError(
      'ATOMIC_COMMIT_FAILED',
      `${quote(path)} changed after it was sealed, ${when}`,
      {
        next: 'Gates and validation may read the outputs, not write them. Produce everything in run.',
      },
    );
  }
}
