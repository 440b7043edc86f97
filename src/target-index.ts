/** The target in a private index, as git holds it (clause 9). The user's index is neither read nor touched. */
import { join } from 'node:path';
import type { Git, GitOptions } from './git.ts';
import { readEntries } from './index-file.ts';
import { type ObjectFormat, objectId } from './object-id.ts';
import { checkPath } from './paths.ts';
import { LINK } from './submodules.ts';
import { walk } from './tree.ts';

/** A private index, and the directory whose files go into it. */
type PrivateIndex = GitOptions & { index: string; workTree: string; format: ObjectFormat };

/** A line of `update-index --index-info`: that there is no entry `name`. `format` is that of the repository. */
export const absence = (name: string, format: ObjectFormat) =>
  `0 ${'0'.repeat(format === 'sha1' ? 40 : 64)}\t${name}\0`;

/**
 * Changes entries of an index by lines of `update-index --index-info`, each with its NUL; without any git is not started. Throws
 * 65 for a name that is no UTF-8, which text cannot hold: git would change another entry.
 */
export async function updateIndex(git: Git, lines: Iterable<string>, options: GitOptions): Promise<void> {
  const parts = inParts(lines);
  const first = parts.next();
  if (first.done) return;
  const input = (function* () {
    yield first.value;
    yield* parts;
  })();
  await git.run(['update-index', '-z', '--index-info'], { ...options, input });
}

const LINES_AT_ONCE = 1000;

function* inParts(lines: Iterable<string>): Generator<string, void, void> {
  let part: string[] = [];
  for (const line of lines) {
    if (line.includes('\ufffd')) checkPath(nameOf(line).slice(0, -1));
    if (part.push(line) < LINES_AT_ONCE) continue;
    yield part.join('');
    part = [];
  }
  if (part.length > 0) yield part.join('');
}

/** The entries of an index at `path`, or all, as `ls-files -v --stage` writes them; of one `mode` only, where that is given. */
export async function listEntries(
  git: Git,
  path: string | undefined,
  format: ObjectFormat,
  options: GitOptions & { index: string },
  mode?: string,
): Promise<string[]> {
  const entries = readEntries(options.index, format, path, mode);
  if (entries) return entries;
  const list = ['--literal-pathspecs', 'ls-files', '-z', '-v', '--stage'];
  const lines = await git.names([...list, ...(path === undefined ? [] : ['--', path])], options);
  return mode === undefined ? lines : lines.filter((line) => line.startsWith(mode, 2));
}

/** The id and the name in one of those entries. */
export const idOf = (entry: string) => entry.split(' ', 3)[2]!;
export const nameOf = (entry: string) => entry.slice(entry.indexOf('\t') + 1);

/** What makes of the entries `held` those that are `wanted`: lines for `updateIndex`. */
export function* changesOf(
  held: readonly string[],
  wanted: readonly string[],
  format: ObjectFormat,
): Generator<string, void, void> {
  const [heldLines, wantedLines] = [new Set(held), new Set(held.length > 0 ? wanted : [])];
  const gone = new Set(held.filter((line) => !wantedLines.has(line)).map(nameOf));
  // Not `git rm`: it leaves entries that a sparse checkout marks.
  for (const name of gone) yield absence(name, format);
  // As an empty file `git add -N` notes what is to be added some day, and nothing here shows which of the two it is.
  const empty = ` ${objectId(format, Buffer.alloc(0))} `;
  for (const line of wanted) if (!heldLines.has(line) || line.includes(empty)) yield `${line.slice(2)}\0`;
}

/** Marks, and the letters by which `ls-files -v` shows them. */
const MARKS = [
  ['--assume-unchanged', /^[a-z]/],
  ['--skip-worktree', /^s/i],
] as const;

/** Marks the entries of an index at `path` as `other` does: `--index-info` takes no marks. */
export async function markAs(
  git: Git,
  other: string,
  index: string,
  path: string,
  format: ObjectFormat,
): Promise<void> {
  const lines = await listEntries(git, path, format, { index: other });
  for (const [mark, letter] of MARKS) {
    const marked = lines.filter((line) => letter.test(line) && !line.includes('\ufffd'));
    const input = marked.map((line) => `${nameOf(line)}\0`).join('');
    if (input !== '') await git.run(['update-index', '-z', mark, '--stdin'], { index, input });
  }
}

/** Adds what stands at `path` below the work tree, ignored files too; attributes and filters apply. */
export async function addTarget(git: Git, path: string, place: PrivateIndex): Promise<void> {
  await forgetMissing(git, path, place);
  const settings = ['--literal-pathspecs', '-c', 'core.ignoreCase=false'];
  await git.run([...settings, 'add', '--all', '--force', '--', path], place);
}

/**
 * Forgets what git would keep though it does not stand there. Of a submodule an empty directory is enough for git, and
 * a target holds none. Where `A` and `a` are one name, git keeps the spelling it knows: the manifest lists the one on
 * disk, and so must the commit.
 */
async function forgetMissing(git: Git, path: string, place: PrivateIndex): Promise<void> {
  const { workTree, format, ...options } = place;
  const isFolding = await git.ignoresCase();
  const held = await listEntries(git, path, format, options, isFolding ? undefined : LINK);
  const present = new Set(
    isFolding ? [...walk(join(workTree, path))].map(([name]) => `${path}/${name}`) : [],
  );
  const gone = held.filter((line) => line.startsWith(LINK, 2) || !present.has(nameOf(line)));
  await updateIndex(
    git,
    gone.map((line) => absence(nameOf(line), format)),
    options,
  );
}
