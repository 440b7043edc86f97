import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nameIn } from '../src/index-file.ts';
import { fillStatData } from '../src/stat-data.ts';
import { findEntry, hashTree, type Tree } from '../src/tree.ts';
import { git, temporaryDirectory, write } from './support/repository.ts';

type Format = 'sha1' | 'sha256';

interface Site {
  root: string;
  index: string;
  tree: Tree;
  /** What git itself noted when it added the files. */
  noted: string;
}

/** A repository whose index knows every file by its name alone. */
async function withoutStatData(format: Format, version = '2'): Promise<Site> {
  const root = temporaryDirectory();
  write(root, { a: 'one\n', 'b/ä.txt': 'two\n', 'b/empty': '', [`c/${'x'.repeat(200)}`]: 'three\n' });
  symlinkSync('../a', join(root, 'c/link'));
  const tree = await hashTree(root);
  git(root, 'init', '--quiet', `--object-format=${format}`);
  git(root, 'config', 'index.version', version);
  git(root, 'add', '--all');
  const noted = statData(root);
  const input = git(root, 'ls-files', '--stage', '-z');
  git(root, 'read-tree', '--empty');
  execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: root, input });
  return { root, index: join(root, '.git/index'), tree, noted };
}

/** Times, device, inode, owners and sizes. */
const statData = (root: string) => git(root, 'ls-files', '--debug');

function fill({ index, tree }: Site, format: Format): Buffer {
  const bytes = readFileSync(index);
  fillStatData(bytes, format, (raw) => findEntry(tree, nameIn(bytes, raw).toString()));
  writeFileSync(index, bytes);
  return bytes;
}

test.each<Format>(['sha1', 'sha256'])(
  'git finds in an index with %s what it would have noted',
  async (format) => {
    const site = await withoutStatData(format);
    expect(git(site.root, 'diff-files', '--name-only')).not.toBe('');
    fill(site, format);
    expect(git(site.root, 'diff-files')).toBe('');
    expect(statData(site.root)).toEqual(site.noted);
    expect(git(site.root, 'fsck', '--no-dangling')).toBe('');
  },
);

test('what nobody has hashed, and what is as large as no number there, stays for git to read', async () => {
  const site = await withoutStatData('sha1');
  const [a, empty] = site.tree;
  fill({ ...site, tree: [{ ...a!, size: 2 ** 32 }, empty!] }, 'sha1');
  const unknown = git(site.root, 'diff-files', '--name-only', '-z').split('\0').slice(0, -1);
  expect(unknown).toEqual(['a', 'b/ä.txt', 'c/link', expect.stringMatching(/^c\/x/)]);
});

test('a file that was written since it was hashed is one that git reads', async () => {
  const site = await withoutStatData('sha1');
  writeFileSync(join(site.root, 'a'), 'new\n');
  fill(site, 'sha1');
  expect(git(site.root, 'status', '--porcelain', '--untracked-files=no')).toMatch(/^AM a$/m);
});

test('entries with more flags are stepped over, and keep them', async () => {
  const site = await withoutStatData('sha1');
  git(site.root, 'update-index', '--skip-worktree', 'b/ä.txt');
  fill(site, 'sha1');
  expect(git(site.root, 'ls-files', '-t', 'b')).toMatch(/^H b\/empty\nS /);
  expect(git(site.root, 'diff-files')).toBe('');
});

test('an index of version 4, whose names are not whole, gets it, too', async () => {
  const site = await withoutStatData('sha1', '4');
  expect(readFileSync(site.index).readUInt32BE(4)).toBe(4);
  fill(site, 'sha1');
  expect(git(site.root, 'diff-files')).toBe('');
  expect(statData(site.root)).toEqual(site.noted);
});

test('an index of a version to come is left alone', async () => {
  const site = await withoutStatData('sha1');
  const before = readFileSync(site.index);
  before.writeUInt32BE(5, 4);
  writeFileSync(site.index, before);
  expect(fill(site, 'sha1').equals(before)).toBe(true);
});

test('an index without a checksum gets none', async () => {
  const site = await withoutStatData('sha1');
  const bytes = readFileSync(site.index);
  writeFileSync(site.index, bytes.fill(0, bytes.length - 20));
  expect(fill(site, 'sha1').subarray(-20).equals(Buffer.alloc(20))).toBe(true);
});
