/** The outputs in an index (clause 9): as `git add` would put them there, their blobs straight into one pack. */
import { readlinkSync } from 'node:fs';
import { conversionsOf, convertible, convertsLineEnds } from './attributes.ts';
import { CompressedBlobs } from './compressed-blobs.ts';
import { TransactionError } from './errors.ts';
import type { Git } from './git.ts';
import type { ObjectFormat } from './object-id.ts';
import { type Packable, writePack } from './pack.ts';
import { checkPath, quote } from './paths.ts';
import { type IndexEntry, replaceEntries } from './private-index.ts';
import { type Share, shareOf } from './shared-repository.ts';
import { idOf, listEntries, nameOf as stagedName } from './target-index.ts';
import { type Entry, type Progress, pathTo, sameContent, type Tree } from './tree.ts';
import { type TreeObject, treeObjects } from './tree-objects.ts';
import { settledTree, writtenSince } from './unchanged.ts';

/** `fast` compresses once and lightly, `small` as git does by default. */
export type Packing = 'fast' | 'small';

/** zlib's levels. */
const LEVELS = { fast: 2, small: 6 } as const;

interface Outputs {
  index: string;
  /** What stands for the repository's top level, with the outputs at `path`. */
  workTree: string;
  path: string;
  tree: Tree;
  objects: string;
  /** Of the repository: the work tree has none. */
  gitDirectory: string;
  format: ObjectFormat;
  packing: Packing;
  compressed?: CompressedBlobs | undefined;
  progress?: Progress | undefined;
  signal: AbortSignal | undefined;
}

interface BlobOptions {
  isNew: boolean;
  index: string;
  format: ObjectFormat;
  signal: AbortSignal | undefined;
}

/** For what of the outputs at `path` is to be packed: not what the index holds there, unless nothing stood there. */
export async function blobsToPack(
  git: Git,
  path: string,
  packing: Packing,
  { isNew, format, ...options }: BlobOptions,
): Promise<CompressedBlobs> {
  const held = isNew ? [] : await listEntries(git, path, format, options);
  return new CompressedBlobs(LEVELS[packing], new Set(held.map(idOf)));
}

/**
 * Makes an index hold exactly the outputs at `path`, ignored ones too. What attributes, filters or line ends would
 * change git adds itself; returns true where that is nothing. A blob that the index names already is not written again. Throws 65.
 */
export async function indexOutputs(git: Git, outputs: Outputs): Promise<boolean> {
  const { index, workTree, path, tree, format, signal } = outputs;
  const options = { index, workTree, signal };
  const nameOf = (entry: Entry) => `${path}/${entry.path}`;
  const wantedOf = (entry: Entry): IndexEntry => ({ name: nameOf(entry), mode: entry.mode, id: entry.blob! });
  const held = new Map<string, IndexEntry>();
  for (const line of await listEntries(git, path, format, options)) {
    const [, mode, id] = line.split(' ', 3) as [string, string, string];
    const name = stagedName(line);
    held.set(name, { name, mode, id });
  }
  const known = new Set([...held.values()].map(({ id }) => id));
  const gone = new Set(held.keys());
  const changed = new Set<Entry>();
  for (const entry of tree) {
    const before = held.get(nameOf(entry));
    gone.delete(nameOf(entry));
    if (before?.mode !== entry.mode || before.id !== entry.blob) changed.add(entry);
  }
  for (const name of gone) if (name.includes('\ufffd')) checkPath(name); // Text cannot name it where it has to go.
  // All of them: git says by the names what it converts.
  if (changed.size > 0 || gone.size > 0) await replaceEntries(index, format, path, tree.map(wantedOf));

  const [isConverted, share] = await Promise.all([
    converter(git, outputs, tree.some(hasCarriageReturn), options),
    shareOf(git),
  ]);
  const ofGit = tree.filter((entry) => isConverted(nameOf(entry), hasCarriageReturn(entry)));
  const left = new Set(ofGit);
  const plain = tree.filter((entry) => !left.has(entry));

  const trees = treeObjects(tree, format, {
    isChanged: (entry) => changed.has(entry),
    isUnknown: (entry) => left.has(entry),
    gone: [...gone].map((name) => name.slice(path.length + 1)),
  });
  await packUnknown(plain, trees, known, share, outputs);
  if (ofGit.length === 0) return true;
  // git compares what it adds with what stood there before: where an object holds CRLF already, it leaves it so.
  const before = tree.flatMap((entry) => {
    const one = left.has(entry) ? held.get(nameOf(entry)) : wantedOf(entry);
    return one ? [one] : [];
  });
  await replaceEntries(index, format, path, before);
  await addByGit(git, ofGit, outputs);
  return false;
}

/** Lets git add what only git can: what it reads has to be what was sealed. */
async function addByGit(git: Git, entries: Tree, { index, workTree, path, signal }: Outputs): Promise<void> {
  const root = pathTo(workTree, path);
  const names = entries.map((entry) => entry.path);
  const found = await settledTree(root, names, signal);
  const other = entries.find((entry, at) => !sameContent(entry, found[at]!));
  if (other) throw changed(other.path);
  const literal = ['--literal-pathspecs', '-c', 'core.ignoreCase=false', '-c', 'core.fileMode=true'];
  const add = [...literal, 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
  const input = names.map((name) => `${path}/${name}\0`).join('');
  await git.run(add, { index, workTree, signal, input });
  const written = writtenSince(root, found);
  if (written !== undefined) throw changed(written);
}

/** Writes the blobs of `entries` that are not `known` into one pack, equal ones once, and `trees`. */
async function packUnknown(
  entries: Tree,
  trees: readonly TreeObject[],
  known: Set<string>,
  share: Share,
  outputs: Outputs,
): Promise<void> {
  const { workTree, path, objects, format, packing, compressed, signal, progress } = outputs;
  const unknown = entries.filter(({ blob }) => {
    const isUnknown = !known.has(blob!);
    known.add(blob!);
    return isUnknown;
  });
  const length = unknown.length + trees.length;
  if (length === 0) return;
  await compressed?.settle();
  const root = pathTo(workTree, path);
  const all = function* (): Generator<Packable, void, void> {
    for (const { id, content } of trees) yield { type: 'tree', id, size: content.length, content };
    for (const { path: name, mode, size, blob } of unknown) {
      const file = pathTo(root, name);
      const content = mode === '120000' ? readlinkSync(file, 'buffer') : file;
      yield { type: 'blob', id: blob!, size, content, compressed: compressed?.get(blob!) };
    }
  };
  const options = { format, level: LEVELS[packing], share, signal, progress };
  await writePack(objects, { length, [Symbol.iterator]: all }, options, changed);
  compressed?.clear();
}

const hasCarriageReturn = (entry: Entry) => entry.hasCarriageReturn!;

/** Whether git would put other bytes than the file's into the object. Settings count where a file has CR. */
async function converter(
  git: Git,
  { path, gitDirectory }: Pick<Outputs, 'path' | 'gitDirectory'>,
  someHaveCarriageReturns: boolean,
  options: { index: string; workTree: string; signal: AbortSignal | undefined },
): Promise<(name: string, hasCarriageReturn: boolean) => boolean> {
  // From within the work tree: this command reads .gitattributes where it runs.
  const there = { ...options, encoding: 'latin1', env: { GIT_DIR: gitDirectory } } as const;
  const names = await git.at(options.workTree).names(['ls-files', '-z', '--', ...convertible(path)], there);
  const conversions = await conversionsOf(git, names, options);
  const settings = someHaveCarriageReturns ? await convertsLineEnds(git) : undefined;
  if (conversions.size === 0 && !settings?.lineEnds) return () => false;
  return (name, hasReturn) => {
    const bytes = Buffer.from(name).toString('latin1');
    const { content, lineEnds } = conversions.get(bytes) ?? { content: false, lineEnds: false };
    return content || (hasReturn && (lineEnds || (settings?.lineEnds ?? false)));
  };
}

function changed(content: string): Error {
  return new TransactionError(
    'ATOMIC_COMMIT_FAILED',
    `${quote(content)} changed after it was sealed, while it was packed`,
    { next: 'Let nothing else write to staging.' },
  );
}
