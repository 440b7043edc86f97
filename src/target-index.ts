/** The target in a private index, as git holds it (clause 9). The user's index is neither read nor touched. */
import { join } from 'node:path';
import type { Git, GitOptions } from './git.ts';
import { formatOf, type ObjectFormat } from './object-id.ts';
import { checkPath } from './paths.ts';
import { walk } from './tree.ts';

/** A private index, and the directory whose files go into it. */
type PrivateIndex = GitOptions & { index: string; workTree: string };

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

/** The entries of an index at `path`, as `ls-files --stage` writes them. */
export async function listStaged(git: Git, path: string, options: GitOptions): Promise<string[]> {
  const list = ['--literal-pathspecs', 'ls-files', '-z', '--stage', '--', path];
  return (await git.run(list, options)).split('\0').filter(Boolean);
}

/** The id and the name in one of those entries. */
export const idOf = (entry: string) => entry.split(' ', 2)[1]!;
export const nameOf = (entry: string) => entry.slice(entry.indexOf('\t') + 1);

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
  const { workTree, ...options } = place;
  const [listed, folds] = await Promise.all([
    listStaged(git, path, options),
    git.try(['config', '--type=bool', 'core.ignoreCase']),
  ]);
  const isFolding = folds.stdout.toString().trim() === 'true';
  const present = new Set(
    isFolding ? [...walk(join(workTree, path))].map(([name]) => `${path}/${name}`) : [],
  );
  const others = listed.flatMap((line) => {
    const [, mode, id = '', name = ''] = /^(\d+) (\S+) \d\t(.*)$/s.exec(line) ?? [];
    const isMissing = mode === '160000' || (isFolding && name !== '' && !present.has(name));
    return isMissing ? [absence(name, formatOf(id))] : [];
  });
  await updateIndex(git, others, options);
}
