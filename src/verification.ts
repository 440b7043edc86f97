/**
 * Mode `verify` (clause 2): a published tree against its manifest, the manifest against the commit that published it,
 * and the disk against HEAD. Everything is read as it stands, no symlink is followed, and nothing is written.
 */
import { hash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { firstOf } from './differences.ts';
import { ignoreMissing, isDirectory } from './disk.ts';
import { TransactionError } from './errors.ts';
import { invalid } from './input-values.ts';
import type { VerifyInputs } from './inputs.ts';
import { parseManifest, refused, type Statement, type Subject } from './manifest.ts';
import { formatOf } from './object-id.ts';
import { quote, shortQuote, wayTo } from './paths.ts';
import { isWithin } from './preconditions.ts';
import {
  compareCommit,
  compareWithHead,
  findPublishedCommit,
  type Site,
  type Testimony,
} from './published-commit.ts';
import { count } from './quantities.ts';
import type { Report } from './report.ts';
import type { Session } from './session.ts';
import { type Entry, hashTree, type Tree, walk } from './tree.ts';
import { checkTree } from './tree-check.ts';

export interface Verified {
  /** The real path of the target. */
  target: string;
  /** The published files, without the manifest. */
  tree: Tree;
  manifest: { path: string; name: string; sha256: string };
  provenance: Statement['provenance'];
  /** The commit that published it; empty with `commit: false`. */
  commit: string;
}

/** What stands below a target. Paths are sorted by code unit. */
interface Listing {
  /** Regular files and symlinks, without the manifest. */
  files: string[];
  /** Sockets, devices and pipes. */
  others: string[];
}

/** A manifest that is larger than this, and than what is here can need, is not read: it would take the memory. */
const ALWAYS_READ = 16 * 1024 * 1024;
/** More than a manifest needs for one file besides its path, in bytes. */
const PER_FILE = 256;

/** Throws 63 with the first differences, and 65 for what cannot be verified here. `session` is open where it has a ledger. */
export async function verify(
  inputs: VerifyInputs,
  session: Session,
  report: Report,
  signal: AbortSignal,
): Promise<Verified> {
  const name = inputs.manifest;
  const target = findTarget(inputs);
  const site = inputs.commit ? await findSite(target, session, signal) : undefined;
  const { listing, bytes, statement } = await report.step('Manifest', async () => {
    const found = listTarget(target, name);
    const content = readManifest(target, name, found);
    return { listing: found, bytes: content, statement: parseManifest(content) };
  });
  const { subjects, provenance } = statement;
  const manifest = { path: join(target, name), name, sha256: hash('sha256', bytes) };

  const { tree, altered } = await report.step('Files', async () => {
    const progress = report.progress('Verifying');
    const hashed = await hashTree(target, { only: listing.files, signal, progress });
    const found = compareTree(subjects, hashed, listing.others, (path) => isDirectory(join(target, path)));
    if (found.length === 0) found.push(...leavingLinks(target, hashed, name));
    report.say(`${count(hashed.length, 'file')}, ${count(found.length, 'difference')}.`);
    return { tree: hashed, altered: found };
  });
  if (!site) {
    requireNone(target, altered, 'See what writes to it, and publish again.');
    return { target, tree, manifest, provenance, commit: '' };
  }

  const { commit, testimony } = await report.step('Commit', async () => {
    const publication = await findPublishedCommit(site, name);
    if (!publication) {
      const none: Testimony = { differences: ["no commit in HEAD's history has the manifest"] };
      return { commit: '', testimony: none };
    }
    const found = await compareCommit(site, publication, { sha256: manifest.sha256, provenance });
    if (found.unknown === undefined) report.say(`The last commit that published it is ${publication.sha}.`);
    return { commit: publication.sha, testimony: found };
  });
  // What differs from the manifest already is not named twice, and what nobody committed is not in HEAD.
  const isComparable = altered.length === 0 && commit !== '';
  const unsaved = isComparable
    ? await report.step('HEAD', () =>
        inPrivate(inputs.temp, (directory) => compareWithHead(site, formatOf(commit), directory)),
      )
    : [];
  const next = `See what changed it (git status, git log -- ${site.path}), and publish again.`;
  requireNone(target, [...testimony.differences, ...altered, ...unsaved], next);
  if (testimony.unknown !== undefined) {
    throw new TransactionError('ATOMIC_COMMIT_FAILED', `not verified: ${testimony.unknown}`, {
      next: 'More of the history is needed: check out with fetch-depth: 0, or run git fetch --unshallow.',
    });
  }
  return { target, tree, manifest, provenance, commit };
}

function requireNone(target: string, differences: readonly string[], next: string): void {
  if (differences.length === 0) return;
  throw differs(`target ${quote(target)} is not as it was published: ${firstOf(differences, '; ')}`, next);
}

/** 63. */
function differs(
  message: string,
  next = 'Publish again, or bring the directory back from its commit.',
): TransactionError {
  return new TransactionError('CONSISTENCY_VALIDATION_FAILED', message, { next });
}

/** The real path of the target. Throws 63 where no directory stands, and 65 for a place that is none of ours. */
function findTarget({ target, workspace }: VerifyInputs): string {
  const named = `target ${quote(target)}`;
  const stats = ignoreMissing(() => lstatSync(target));
  let ancestor = target;
  while (!existsSync(ancestor)) ancestor = dirname(ancestor);
  if (!stats && isWithin(realpathSync(workspace), realpathSync(ancestor)))
    throw differs(`${named} does not exist`);
  if (!stats) throw invalid('target', target, 'a directory inside the workspace');
  if (stats.isSymbolicLink()) throw differs(`${named} is a symlink, and a publish leaves a directory`);
  if (!stats.isDirectory()) throw differs(`${named} is no directory`);
  const [real, root] = [realpathSync(target), realpathSync(workspace)];
  if (real !== root && isWithin(root, real)) return real;
  throw invalid('target', target, 'a directory inside the workspace');
}

async function findSite(target: string, session: Session, signal: AbortSignal): Promise<Site> {
  await session.locate();
  const layout = session.layout!;
  const path = wayTo(layout.topLevel, target);
  if (path === '' || !isWithin(layout.topLevel, target)) {
    throw invalid('target', target, 'a directory inside the repository, or any with commit set to false');
  }
  return { git: session.git.at(layout.topLevel), layout, path, signal };
}

/** Throws 63 for a name that no manifest can list, and for a manifest that is no file. */
function listTarget(target: string, manifest: string): Listing {
  const listing: Listing = { files: [], others: [] };
  let isThere = false;
  const visit = (path: string) => {
    if (!path.includes('\ufffd')) return;
    throw differs(`target ${quote(target)} holds ${shortQuote(path)}, a name that is not valid UTF-8`);
  };
  for (const [path, item] of walk(target, visit)) {
    if (path === manifest) {
      if (!item.isFile()) throw differs(`the manifest ${quote(join(target, path))} is no regular file`);
      isThere = true;
    } else (item.isFile() || item.isSymbolicLink() ? listing.files : listing.others).push(path);
  }
  if (!isThere) throw differs(`target ${quote(target)} has no manifest ${quote(manifest)}`);
  listing.files.sort();
  return listing;
}

function readManifest(target: string, name: string, { files }: Listing): Buffer {
  const path = join(target, name);
  const needed = files.reduce((sum, file) => sum + PER_FILE + 4 * file.length, ALWAYS_READ);
  const { size } = lstatSync(path);
  if (size > needed) throw refused(`it has ${size} bytes, and ${files.length} files stand beside it`);
  return readFileSync(path);
}

/** What differs between the files that a manifest lists and those that stand there, in plain words, by path. */
export function compareTree(
  subjects: readonly Subject[],
  tree: Tree,
  others: readonly string[],
  isDirectoryAt: (path: string) => boolean,
): string[] {
  const wanted = new Map(subjects.map((subject) => [subject.path, subject]));
  const found: [string, string][] = [];
  for (const entry of tree) {
    const subject = wanted.get(entry.path);
    wanted.delete(entry.path);
    const what = subject ? describe(subject, entry) : 'is not in the manifest';
    if (what !== '') found.push([entry.path, what]);
  }
  for (const path of others) {
    const isListed = wanted.delete(path);
    const where = isListed ? 'where the manifest has a file' : 'and not in the manifest';
    found.push([path, `is a socket, a device or a pipe, ${where}`]);
  }
  for (const path of wanted.keys()) {
    found.push([path, isDirectoryAt(path) ? 'is a directory, where the manifest has a file' : 'is missing']);
  }
  return found
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, what]) => `${shortQuote(path)} ${what}`);
}

const isLink = ({ mode }: Pick<Entry, 'mode'>) => mode === '120000';

/** Empty: the entry is what the manifest says. */
function describe(subject: Subject, entry: Entry): string {
  if (isLink(subject) !== isLink(entry)) {
    const [now, before] = isLink(entry) ? ['symlink', 'file'] : ['file', 'symlink'];
    return `is a ${now}, where the manifest has a ${before}`;
  }
  if (subject.size !== entry.size) return `was altered: ${entry.size} bytes instead of ${subject.size}`;
  if (subject.sha256 !== entry.sha256) return 'was altered: other content of the same size';
  return subject.mode === entry.mode ? '' : `has mode ${entry.mode} instead of ${subject.mode}`;
}

/** A tree that is as its manifest says may still be one that could not have been published. */
function leavingLinks(target: string, tree: Tree, manifest: string): string[] {
  try {
    checkTree(target, tree, manifest);
    return [];
  } catch (error) {
    if (!(error instanceof TransactionError)) throw error;
    return [error.message];
  }
}

/** Performs with a directory that is gone afterwards. */
async function inPrivate<T>(temp: string, perform: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(temp, 'atomic-verify-'));
  try {
    return await perform(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
