/** What a check finds (clause 2): what publishing would change, against the commit that is checked out or what stands at the target. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeDifferences, type Difference, listDifferences, treeDifferences } from './differences.ts';
import { ignoreMissing } from './disk.ts';
import { describes } from './manifest.ts';
import type { CoordinatorOptions } from './options.ts';
import type { Transaction } from './participant.ts';
import type { Quarantine } from './quarantine.ts';
import { Repository } from './repository.ts';
import type { Seal } from './seal.ts';
import type { Session } from './session.ts';
import type { Target } from './target.ts';

interface Compared {
  transaction: Transaction;
  session: Session;
  /** Where there is a repository. */
  quarantine: Quarantine | undefined;
  target: Target;
  seal: Seal;
}

interface Found {
  differences: Difference[];
  /** True where the manifest alone differs: the outputs are right, and no publish has written them. */
  isManifestAlone: boolean;
}

/** The differences; of the manifest only where there is no other. */
export async function compare(compared: Compared, options: CoordinatorOptions): Promise<Found> {
  const { path, found, manifest } = await sidesOf(compared, options);
  const own = path === '' ? options.manifest : `${path}/${options.manifest}`;
  const differences = found.filter((one) => one.path !== own);
  const isDescribed = manifest !== undefined && describes(manifest, compared.seal.manifest);
  if (differences.length > 0 || isDescribed) return { differences, isManifestAlone: false };
  return { differences: [{ path: own, how: manifest ? 'changed' : 'added' }], isManifestAlone: true };
}

/** That of the manifest in words; `there` is what was compared with. */
export const sayManifest = (found: readonly Difference[], there: string) =>
  `the outputs are ${there}, and their manifest is not, which only a publish writes: ${listDifferences(found)}`;

async function sidesOf(
  { transaction, session, quarantine, target, seal: { sealed } }: Compared,
  { commit, manifest: name, packing, say, signal }: CoordinatorOptions,
): Promise<{ path: string; found: Difference[]; manifest: Buffer | undefined }> {
  const { layout } = session;
  if (!layout || !commit) {
    const tree = (await target.published(signal)) ?? [];
    const path = join(transaction.record.target, name);
    const found = treeDifferences(tree, sealed, name);
    return { path: '', found, manifest: ignoreMissing(() => readFileSync(path)) };
  }
  const options = { layout, quarantine: quarantine!, checkedOut: false, say, signal, packing };
  const repository = new Repository(transaction, options);
  const { changes, manifest } = await repository.differences(sealed);
  return { path: repository.path, found: changeDifferences(changes), manifest };
}
