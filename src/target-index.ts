/** The target in a private index, as git holds it (clause 9). The user's index is neither read nor touched. */
import { join } from 'node:path';
import type { Git, GitOptions } from './git.ts';
import { walk } from './tree.ts';

/** A private index, and the directory whose files go into it. */
export type PrivateIndex = GitOptions & { index: string; workTree: string };

/** Adds what stands at `path` below the work tree, ignored files too; attributes and filters apply. */
export async function addTarget(git: Git, path: string, place: PrivateIndex): Promise<void> {
  await forgetOtherSpellings(git, path, place);
  const settings = ['--literal-pathspecs', '-c', 'core.ignoreCase=false'];
  await git.run([...settings, 'add', '--all', '--force', '--', path], place);
}

/**
 * Where `A` and `a` are one name, git keeps the spelling it knows. The manifest lists the one on disk, and so
 * must the commit.
 */
async function forgetOtherSpellings(git: Git, path: string, place: PrivateIndex): Promise<void> {
  const folds = await git.try(['config', '--type=bool', 'core.ignoreCase']);
  if (folds.stdout.toString().trim() !== 'true') return;
  const { workTree, ...options } = place;
  const listed = await git.run(['--literal-pathspecs', 'ls-files', '--stage', '-z', '--', path], options);
  const present = new Set(walk(join(workTree, path)).map(([name]) => `${path}/${name}`));
  const others = listed.split('\0').flatMap((line) => {
    const [, id = '', name = ''] = /^\d+ (\S+) \d\t(.*)$/s.exec(line) ?? [];
    return name === '' || present.has(name) ? [] : [`0 ${'0'.repeat(id.length)}\t${name}\0`];
  });
  await git.run(['update-index', '-z', '--index-info'], { ...options, input: others.join('') });
}
