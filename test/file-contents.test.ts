/** Files are put back by writing over them only where nothing but their own bytes can come of it. */
import { chmodSync, linkSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rewriteFiles } from '../src/file-contents.ts';
import { Git } from '../src/git.ts';
import { treeDiff } from '../src/replay.ts';
import { isRoot } from './support/filesystems.ts';
import { git, makeFixture, write } from './support/repository.ts';

const FILES = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'sub/c.txt': 'c\n' };

/** Commits FILES and then `now`, runs `meanwhile`, and puts the first back. */
async function rewrite(
  now: Record<string, string | Buffer>,
  options: { files?: Record<string, string>; meanwhile?: (workspace: string) => void } = {},
) {
  const { workspace } = makeFixture({ files: { ...FILES, ...options.files } });
  write(workspace, now);
  git(workspace, 'add', '--all');
  git(workspace, 'commit', '--quiet', '--message', 'now');
  options.meanwhile?.(workspace);
  const opened = new Git(workspace);
  const changes = await treeDiff(opened, 'HEAD^', 'HEAD', { encoding: 'latin1' });
  const written = await rewriteFiles(
    opened,
    { index: join(workspace, '.git/index'), root: workspace },
    changes,
  );
  const read = (path: string) => readFileSync(join(workspace, path), 'utf8');
  return { workspace, written: written.sort(), read };
}

test('a file that grew, one that shrank and one that is empty get their bytes and keep their inode', async () => {
  const inodes: number[] = [];
  const meanwhile = (workspace: string) => inodes.push(statSync(join(workspace, 'a.txt')).ino);
  const now = { 'a.txt': 'longer than before\n', 'b.txt': '', 'sub/c.txt': 'C\n' };
  const { workspace, written, read } = await rewrite(now, { meanwhile });
  expect(written).toEqual(['a.txt', 'b.txt', 'sub/c.txt']);
  for (const [path, content] of Object.entries(FILES)) expect(read(path)).toBe(content);
  expect(statSync(join(workspace, 'a.txt')).ino).toBe(inodes[0]);
});

test('sizes around the pieces that git sends come back whole, and a large one is left to git', async () => {
  const sizes = [0, 1, 65_510, 65_535, 65_536, 65_537, 200_000, 9 * 1024 * 1024];
  const content = (size: number) => Buffer.alloc(size, 'line\n').toString();
  const files = Object.fromEntries(sizes.map((size) => [`of-${size}`, content(size)]));
  const now = Object.fromEntries(sizes.map((size) => [`of-${size}`, 'now\n']));
  const { written, read } = await rewrite(now, { files });
  expect(written).toEqual(
    sizes
      .slice(0, -1)
      .map((size) => `of-${size}`)
      .sort(),
  );
  for (const size of sizes.slice(0, -1))
    expect(read(`of-${size}`) === content(size), String(size)).toBe(true);
  expect(read(`of-${sizes.at(-1)}`)).toBe('now\n');
});

describe('a file is left to git where it', () => {
  test.each<[string, (workspace: string) => void]>([
    ['has another name', (workspace) => linkSync(join(workspace, 'a.txt'), join(workspace, '../linked'))],
    [
      'is a symlink by now',
      (workspace) => {
        renameSync(join(workspace, 'a.txt'), join(workspace, '../moved'));
        symlinkSync('../moved', join(workspace, 'a.txt'));
      },
    ],
    ['is gone by now', (workspace) => rmSync(join(workspace, 'a.txt'))],
    ['has a filter', (workspace) => write(workspace, { '.git/info/attributes': 'a.txt filter=f\n' })],
    [
      'has other line ends on disk',
      (workspace) => write(workspace, { '.git/info/attributes': 'a.txt eol=crlf\n' }),
    ],
    [
      'has its id written into it',
      (workspace) => write(workspace, { '.git/info/attributes': 'a.txt ident\n' }),
    ],
    [
      'has another encoding on disk',
      (workspace) => write(workspace, { '.git/info/attributes': 'a.txt working-tree-encoding=UTF-16\n' }),
    ],
  ])('%s', async (_, meanwhile) => {
    const { written } = await rewrite({ 'a.txt': 'A\n', 'b.txt': 'B\n' }, { meanwhile });
    expect(written).toEqual(['b.txt']);
  });

  test('is not writable, for whoever is not root', async (context) => {
    if (isRoot) context.skip();
    const meanwhile = (workspace: string) => chmodSync(join(workspace, 'a.txt'), 0o444);
    const { written } = await rewrite({ 'a.txt': 'A\n', 'b.txt': 'B\n' }, { meanwhile });
    expect(written).toEqual(['b.txt']);
  });

  test('lies behind a directory that became a symlink', async () => {
    const meanwhile = (workspace: string) => {
      renameSync(join(workspace, 'sub'), join(workspace, '../sub'));
      symlinkSync('../sub', join(workspace, 'sub'));
    };
    const { workspace, written } = await rewrite({ 'sub/c.txt': 'C\n', 'b.txt': 'B\n' }, { meanwhile });
    expect(written).toEqual(['b.txt']);
    expect(readFileSync(join(workspace, '../sub/c.txt'), 'utf8')).toBe('C\n');
  });
});

test.each([
  ['core.autocrlf', 'true'],
  ['core.eol', 'crlf'],
])('nothing is written over where %s is %s', async (key, value) => {
  const meanwhile = (workspace: string) => void git(workspace, 'config', key, value);
  expect((await rewrite({ 'a.txt': 'A\n' }, { meanwhile })).written).toEqual([]);
});

test('nothing is written over where attributes changed with it', async () => {
  const now = { 'a.txt': 'A\n', 'sub/.gitattributes': '* text eol=crlf\n' };
  expect((await rewrite(now)).written).toEqual([]);
});
