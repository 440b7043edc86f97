/** What a check finds (clause 2): what publishing would change, against the commit that is checked out or what stands at the target. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Compared,
  changeDifferences,
  type Difference,
  listDifferences,
  sayDifferences,
  treeDifferences,
} from './differences.ts';
import { ignoreMissing } from './disk.ts';
import { describes } from './manifest.ts';
import type { CoordinatorOptions } from './options.ts';
import type { Transaction } from './participant.ts';
import { Proposal } from './proposal.ts';
import type { Quarantine } from './quarantine.ts';
import type { Seal } from './seal.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

interface Sides {
  transaction: Transaction;
  session: Session;
  /** Where there is a repository. */
  quarantine: Quarantine | undefined;
  target: Target;
  seal: Seal;
}

/** The differences; of the manifest only where there is no other: the outputs are right then, and no publish has written them. */
export async function compare(compared: Sides, options: CoordinatorOptions): Promise<Compared> {
  const { path, found, manifest } = await sidesOf(compared, options);
  const own = path === '' ? options.manifest : `${path}/${options.manifest}`;
  const differences = found.filter((one) => one.path !== own);
  const isDescribed = manifest !== undefined && describes(manifest, compared.seal.manifest);
  if (differences.length > 0 || isDescribed) return { differences, say: sayDifferences };
  return { differences: [{ path: own, how: manifest ? 'changed' : 'added' }], say: sayManifest };
}

const sayManifest = (found: readonly Difference[], there: string) =>
  `the outputs are ${there}, and their manifest is not, which only a publish writes: ${listDifferences(found)}`;

async function sidesOf(
  { transaction, session, quarantine, target, seal: { sealed } }: Sides,
  { commit, manifest: name, packing, signal }: CoordinatorOptions,
): Promise<{ path: string; found: Difference[]; manifest: Buffer | undefined }> {
  const { layout } = session;
  if (!layout || !commit) {
    const tree = (await target.published(signal)) ?? [];
    const path = join(transaction.record.target, name);
    const found = treeDifferences(tree, sealed, name);
    return { path: '', found, manifest: ignoreMissing(() => readFileSync(path)) };
  }
  const proposal = new Proposal(transaction, { layout, quarantine: quarantine!, packing, signal });
  const { changes, manifest } = await proposal.differences(sealed);
  return { path: proposal.path, found: changeDifferences(changes), manifest };
}
