/**
 * The commit that carries a published tree, held against the manifest in that tree and against HEAD (mode `verify`).
 * Reads only: objects that a comparison needs go to a private directory, and the user's index is not touched.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Git, gitError } from './git.ts';
import { commitAt, type Layout, sameAt } from './layout.ts';
import type { Provenance } from './manifest.ts';
import { readTrailers, type Trailer } from './message.ts';
import type { ObjectFormat } from './object-id.ts';
import { shortQuote } from './paths.ts';
import { isShallow } from './remote-refs.ts';
import { type Change, isAbsent, treeDiff } from './replay.ts';
import { addTarget } from './target-index.ts';

/** A target as a repository sees it. */
export interface Site {
  /** Works at the top level. */
  git: Git;
  layout: Layout;
  /** The target as git names it. */
  path: string;
  signal: AbortSignal;
}

interface PublishedCommit {
  sha: string;
  /** As the commit names them, also where a shallow clone ends at it. */
  parents: string[];
  trailers: Trailer[];
  /** True where the commit that published may lie beyond the edge of a shallow clone. */
  mayBeDeeper: boolean;
}

export interface Testimony {
  /** What is not as it should be, in plain words. */
  differences: string[];
  /** What cannot be told without more of the history. */
  unknown?: string;
}

const isRevert = ({ trailers }: PublishedCommit) => trailers.some(({ key }) => key === 'Reverts-Transaction');

/**
 * The commit that published the manifest as it stands in HEAD: the last of HEAD's history that changed it. Where that
 * one took back a later publish (mode `rollback`), the one that published what it brought back. `undefined`: there is none.
 */
export async function findPublishedCommit({ git, path, signal }: Site, name: string) {
  if ((await commitAt(git, 'HEAD')) === '') return undefined;
  const manifest = `${path}/${name}`;
  const list = async (...limit: string[]) => {
    const args = ['--literal-pathspecs', 'rev-list', ...limit, 'HEAD', '--', manifest];
    return (await git.run(args, { signal })).split('\n').filter(Boolean);
  };
  const [last] = await list('--max-count=1');
  if (last === undefined) return undefined;
  const publication = await readPublishedCommit(git, last);
  if (!isRevert(publication)) return publication;
  for (const sha of await list()) {
    if (!(await sameAt(git, manifest, 'HEAD', sha))) continue;
    const earlier = await readPublishedCommit(git, sha);
    if (!isRevert(earlier)) return earlier;
  }
  return { ...publication, mayBeDeeper: await isShallow(git) };
}

async function readPublishedCommit(git: Git, sha: string): Promise<PublishedCommit> {
  const format = ['--no-show-signature', '--encoding=UTF-8', '--format=%P%x00%B'];
  const [known = '', message = ''] = (await git.run(['log', '-1', ...format, sha])).split('\0');
  const raw = await git.run(['cat-file', 'commit', sha], { encoding: 'latin1' });
  const head = raw.slice(0, raw.indexOf('\n\n'));
  const parents = [...head.matchAll(/^parent (\S+)$/gm)].map(([, parent]) => parent!);
  const mayBeDeeper = known.split(' ').filter(Boolean).length < parents.length;
  return { sha, parents, trailers: await readTrailers(git, message), mayBeDeeper };
}

/** Holds the commit against the manifest: its trailers, and the base that it stands on. */
export async function compareCommit(
  site: Site,
  publication: PublishedCommit,
  manifest: { sha256: string; provenance: Provenance },
): Promise<Testimony> {
  const { sha, trailers, mayBeDeeper } = publication;
  const { transactionId, generatedAt, taskId, agentId, commitNode, baseCommit } = manifest.provenance;
  const expected = {
    'Manifest-SHA256': manifest.sha256,
    'Task-ID': taskId,
    CommitNode: commitNode,
    'Agent-ID': agentId,
    'Transaction-ID': transactionId,
    'Transaction-Timestamp': generatedAt,
  };
  const valuesOf = (name: string) =>
    trailers.filter(({ key }) => key.toLowerCase() === name.toLowerCase()).map(({ value }) => value);
  if (mayBeDeeper && !valuesOf('Manifest-SHA256').includes(manifest.sha256)) {
    return {
      differences: [],
      unknown: `this clone is shallow, and the commit that published the manifest is not in it: its history ends at ${sha}`,
    };
  }
  const differences: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const [held, ...more] = valuesOf(name);
    if (held === undefined) differences.push(`commit ${sha} carries no trailer ${name}`);
    else if (more.length > 0) differences.push(`commit ${sha} carries ${name} ${more.length + 1} times`);
    else if (held !== value.trim()) {
      differences.push(
        `commit ${sha} says ${name}: ${shortQuote(held)}, and the manifest ${shortQuote(value)}`,
      );
    }
  }
  const base = await compareBase(site, publication, baseCommit);
  return { ...base, differences: [...differences, ...base.differences] };
}

/**
 * A publish stands on the base that the manifest names. One that was replayed stands later, where the target still was
 * what it was in the base (`requireReplayable`).
 */
async function compareBase(
  { git, path, signal }: Site,
  { sha, parents }: PublishedCommit,
  base: string | undefined,
): Promise<Testimony> {
  const is = (difference: string): Testimony => ({ differences: [difference] });
  if (base === undefined) return is('the manifest names no base commit: it was published without one');
  const [parent] = parents;
  if (parent === undefined || parents.length > 1) {
    return is(`commit ${sha} has ${parents.length} parents, and a publish has one`);
  }
  if (parent === base) return { differences: [] };
  const areHere = (await commitAt(git, base)) !== '' && (await commitAt(git, parent)) !== '';
  if (!areHere || !(await git.isAncestor(base, parent))) {
    const unknown = `this clone is shallow, and whether ${base}, the base of the manifest, leads to ${sha} cannot be told`;
    if (await isShallow(git)) return { differences: [], unknown };
    return is(
      `commit ${sha} stands on ${parent}, to which ${base}, the base that the manifest names, does not lead`,
    );
  }
  const compare = ['--literal-pathspecs', 'diff-tree', '--quiet', base, parent, '--', path];
  const result = await git.try(compare, { signal });
  if (result.exitCode === 0) return { differences: [] };
  if (result.exitCode !== 1) throw gitError(compare, result);
  return is(`between ${base}, the base that the manifest names, and ${sha} others changed the target`);
}

/**
 * Holds the target on the disk, as git would add it, and the user's index against HEAD. `directory` is empty and
 * private; new objects go there.
 */
export async function compareWithHead(
  { git, layout, path, signal }: Site,
  format: ObjectFormat,
  directory: string,
): Promise<string[]> {
  const objects = join(directory, 'objects');
  mkdirSync(objects);
  const own = git.withObjectsIn(() => objects, layout.commonDirectory);
  const place = { index: join(directory, 'index'), workTree: layout.topLevel, format, signal };
  // A new index knows no times: git reads every file.
  await own.run(['read-tree', '--reset', 'HEAD'], place);
  await addTarget(own, path, place);
  const tree = await own.writeTree(place);
  const changes = await treeDiff(own, 'HEAD', tree, { index: place.index, signal });
  const within = (name: string) => shortQuote(name.slice(path.length + 1));
  const list = ['diff-index', '--cached', '--name-only', '--no-renames', '-z', 'HEAD', '--', path];
  const staged = await git.names(['--literal-pathspecs', ...list], { signal });
  return [
    ...changes.map((change) => `${within(change.path)} ${describe(change)}`),
    ...staged.map((name) => `${within(name)} is staged otherwise than HEAD has it`),
  ];
}

function describe({ before, after }: Change): string {
  if (isAbsent(before)) return 'is on the disk and not in HEAD';
  if (isAbsent(after)) return 'is in HEAD and not on the disk';
  if (before.mode !== after.mode) return `has mode ${after.mode} on the disk and ${before.mode} in HEAD`;
  return 'is another on the disk than in HEAD';
}
