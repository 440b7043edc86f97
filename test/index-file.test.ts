import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Git } from '../src/git.ts';
import { readEntries } from '../src/index-file.ts';
import { replaceEntries } from '../src/private-index.ts';
import { listEntries } from '../src/target-index.ts';
import { git, temporaryDirectory, write } from './support/repository.ts';

/** Names in an order of bytes, around the edges of `docs/`, and one so long that it takes two bytes to say what the next one drops. */
const FILES = {
  ...{ a: '1', 'docs-b': '2', 'docs.c': '3', docs0: '4', 'docs/ä \t"x"': '5', 'docs/empty': '' },
  ...{
    [`docs/${'x'.repeat(250)}`]: '6',
    [`docs/${'x'.repeat(100)}y/${'z'.repeat(240)}`]: '7',
    'docs/y': '8',
  },
  ...{ 'docs/\u{ff5e}': '9', 'docs/\u{1f600}': '10', 'z/docs/a': '11' },
};

type Format = 'sha1' | 'sha256';

function repository(format: Format = 'sha1', ...settings: [string, string][]): string {
  const root = temporaryDirectory();
  git(root, 'init', '--quiet', `--object-format=${format}`);
  for (const [key, value] of settings) git(root, 'config', key, value);
  write(root, FILES);
  git(root, 'add', '--all');
  return root;
}

const fileOf = (root: string) => join(root, '.git/index');

/** What git says of the index, at `path` or everywhere. */
const ofGit = (root: string, path?: string) =>
  git(root, '--literal-pathspecs', 'ls-files', '-z', '-v', '--stage', ...(path ? ['--', path] : []))
    .split('\0')
    .filter(Boolean);

const PATHS = [undefined, 'docs', 'docs-b', 'z', 'nothing', 'docs/x'];

/** Holds what is read here against what git says; returns the lines of all. */
function compare(root: string, format: Format = 'sha1'): string[] {
  for (const path of PATHS) expect(readEntries(fileOf(root), format, path)).toEqual(ofGit(root, path));
  return readEntries(fileOf(root), format, undefined)!;
}

test.each<[Format, string]>([
  ['sha1', '2'],
  ['sha1', '4'],
  ['sha256', '2'],
  ['sha256', '4'],
])('with %s the entries of version %s are those that git lists', (format, version) => {
  const root = repository(format, ['index.version', version]);
  expect(readFileSync(fileOf(root)).readUInt32BE(4)).toBe(Number(version));
  expect(compare(root, format)).toHaveLength(Object.keys(FILES).length);
});

test.each(['2', '4'])('marks, intents and conflicts are told in version %s as git tells them', (version) => {
  const root = repository('sha1', ['index.version', version]);
  git(root, 'update-index', '--skip-worktree', 'docs/empty', 'a');
  git(root, 'update-index', '--assume-unchanged', 'docs/y', 'a');
  write(root, { 'docs/later': 'x' });
  git(root, 'add', '--intent-to-add', 'docs/later');
  const id = git(root, 'hash-object', '-w', 'a').trim();
  const input = [1, 2, 3].map((stage) => `100755 ${id} ${stage}\tdocs/torn\n`).join('');
  execFileSync('git', ['update-index', '--index-info'], { cwd: root, input });
  const tags = compare(root).map((line) => line[0]);
  expect(new Set(tags)).toEqual(new Set(['H', 'S', 's', 'h', 'M']));
});

test('an index that is not there has no entries', () => {
  expect(readEntries(join(temporaryDirectory(), 'index'), 'sha1', undefined)).toEqual([]);
});

test('of a split index git is asked', async () => {
  const root = repository();
  git(root, 'update-index', '--split-index');
  write(root, { 'docs/more': 'x' });
  git(root, 'add', '--all');
  expect(readEntries(fileOf(root), 'sha1', undefined)).toBeUndefined();
  const options = { index: fileOf(root), signal: undefined };
  expect(await listEntries(new Git(root), 'docs', 'sha1', options)).toEqual(ofGit(root, 'docs'));
});

test('of a sparse index git is asked, for a directory is one entry there', async () => {
  const root = repository();
  git(root, 'commit', '--quiet', '--message', 'base');
  git(root, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'z');
  expect(git(root, 'ls-files', '--sparse')).toMatch(/^docs\/$/m);
  expect(readEntries(fileOf(root), 'sha1', undefined)).toBeUndefined();
  const options = { index: fileOf(root), signal: undefined };
  expect(await listEntries(new Git(root), 'docs', 'sha1', options)).toEqual(ofGit(root, 'docs'));
});

test.each([
  ['ends in an entry', (bytes: Buffer) => bytes.subarray(0, 100)],
  ['ends in a name', (bytes: Buffer) => bytes.subarray(0, bytes.indexOf('docs-b') + 2)],
  ['is of a version to come', (bytes: Buffer) => Buffer.from(bytes).fill(9, 7, 8)],
  ['is empty', () => Buffer.alloc(0)],
])('of an index that %s git is asked, and says what is wrong', async (_, damage) => {
  const root = repository();
  writeFileSync(fileOf(root), damage(readFileSync(fileOf(root))));
  expect(readEntries(fileOf(root), 'sha1', 'docs')).toBeUndefined();
});

test.each<[Format, string, string]>([
  ['sha1', '2', 'docs'],
  ['sha1', '4', 'docs'],
  ['sha256', '2', 'docs'],
  ['sha256', '4', 'docs'],
  ['sha1', '2', 'z/docs'],
  ['sha1', '2', 'z'],
  ['sha1', '2', 'new/place'],
])('with %s what is written over version %s at %s is what git would write', async (format, version, path) => {
  const root = repository(format, ['index.version', version]);
  git(root, 'update-index', '--skip-worktree', 'a', 'docs-b');
  git(root, 'write-tree'); // It notes the ids of the trees in the index.
  const id = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: root, input: 'new' });
  const names = ['y', '\u{1f600}', '\u{ff5e}', 'x'.repeat(5000), 'new/a', 'new.b'];
  const modes = ['100644', '100755', '120000'];
  const wanted = names.map((name, at) => {
    return { name: `${path}/${name}`, mode: modes[at % 3]!, id: id.toString().trim() };
  });

  const other = join(root, 'other-index');
  writeFileSync(other, readFileSync(fileOf(root)));
  const env = { ...process.env, GIT_INDEX_FILE: other };
  const gone = ofGit(root, path).map((line) => `${line.replace(/^. \d+ (\w+)/, '0 $1')}\0`);
  const lines = wanted.map((entry) => `${entry.mode} ${entry.id} 0\t${entry.name}\0`);
  const input = [...gone, ...lines].join('');
  execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: root, env, input });

  await replaceEntries(fileOf(root), format, path, wanted);
  const ofOther = (...args: string[]) => execFileSync('git', args, { cwd: root, env }).toString();
  expect(ofGit(root)).toEqual(ofOther('ls-files', '-z', '-v', '--stage').split('\0').filter(Boolean));
  expect(git(root, 'write-tree')).toBe(ofOther('write-tree').trim());
  expect(git(root, 'fsck', '--no-dangling')).toBe('');
});

test('what the other trees hold need not be here', async () => {
  const root = repository();
  git(root, 'write-tree');
  const id = git(root, 'rev-parse', ':a');
  const other = git(root, 'rev-parse', ':z/docs/a');
  await replaceEntries(fileOf(root), 'sha1', 'docs', [{ name: 'docs/a', mode: '100644', id }]);
  rmSync(join(root, '.git/objects', other.slice(0, 2), other.slice(2)));
  expect(git(root, 'ls-tree', '-r', '--name-only', git(root, 'write-tree'), 'docs', 'z')).toBe(
    'docs/a\nz/docs/a',
  );
});

test('a file, or nothing, may stand where the entries go', async () => {
  const root = repository();
  const entry = ofGit(root, 'a')[0]!.split(' ', 3)[2]!;
  const wanted = [{ name: 'a/b', mode: '100644', id: entry }];
  await replaceEntries(fileOf(root), 'sha1', 'a', wanted);
  expect(ofGit(root, 'a')).toEqual([`H 100644 ${entry} 0\ta/b`]);
  git(root, 'read-tree', '--empty');
  await replaceEntries(fileOf(root), 'sha1', 'a', wanted);
  expect(ofGit(root)).toEqual([`H 100644 ${entry} 0\ta/b`]);
});

test('a split index is not written over: that would lose what stands in the other file', async () => {
  const root = repository();
  git(root, 'update-index', '--split-index');
  const before = readFileSync(fileOf(root));
  await expect(replaceEntries(fileOf(root), 'sha1', 'docs', [])).rejects.toThrow('split');
  expect(readFileSync(fileOf(root)).equals(before)).toBe(true);
});
