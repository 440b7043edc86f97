import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { digestOf, hashFile, hashTree, listFiles, sameTree, type Tree } from '../src/tree.ts';
import { checkTree } from '../src/tree-check.ts';
import { firstDifference, isSettledBySecond } from '../src/unchanged.ts';
import { failureOf } from './support/failure.ts';
import { temporaryDirectory, write } from './support/repository.ts';

const MANIFEST = 'atomic-manifest.json';

function treeOf(files: Record<string, string>, links: Record<string, string> = {}): string {
  const root = join(temporaryDirectory(), 'staged');
  mkdirSync(root);
  write(root, files);
  for (const [path, text] of Object.entries(links)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    symlinkSync(text, join(root, path));
  }
  return root;
}

function relink(root: string, text: string): void {
  rmSync(join(root, 'l'));
  symlinkSync(text, join(root, 'l'));
}

const check = (root: string) => {
  const modeOf = (path: string) => (lstatSync(join(root, path)).isSymbolicLink() ? '120000' : '100644');
  checkTree(
    root,
    listFiles(root).map((path) => ({ path, mode: modeOf(path) })),
    MANIFEST,
  );
};

test('every file and link is listed, sorted by UTF-16 code unit, and an empty directory is nothing', () => {
  const names = ['Z', 'a', 'a.b', 'a0/b', '\u00e9', '\u{10000}', '\uff61'];
  const root = treeOf(Object.fromEntries(names.toReversed().map((name) => [name, ''])), { l: 'a' });
  mkdirSync(join(root, 'empty/inner'), { recursive: true });
  expect(listFiles(root)).toEqual(['Z', 'a', 'a.b', 'a0/b', 'l', '\u00e9', '\u{10000}', '\uff61']);
});

describe('a directory with a file that cannot be published is refused, naming', () => {
  test('a pipe', async () => {
    const root = treeOf({ 'sub/a': '' });
    execFileSync('mkfifo', [join(root, 'sub/pipe')]);
    const error = await failureOf(() => listFiles(root));
    expect(error.message).toBe('path "sub/pipe" is refused: it is a socket, a device or a pipe');
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
  });

  test('a socket', async () => {
    const root = treeOf({});
    const server = createServer().listen(join(root, 'socket'));
    onTestFinished(() => void server.close());
    await new Promise((listening) => server.once('listening', listening));
    expect((await failureOf(() => listFiles(root))).message).toContain('"socket" is refused: it is a socket');
  });

  test.each([
    ['a\nb', '"a\\nb"'],
    ['a\u001b[2J', '"a\\u001b[2J"'],
    ['.GIT/config', '".GIT"'],
  ])('the name %j', async (path, named) => {
    const root = treeOf({ [path]: '' });
    expect((await failureOf(() => listFiles(root))).message).toContain(`path ${named} is refused`);
  });

  test('a name that is not text', async () => {
    const root = treeOf({});
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), '');
    expect((await failureOf(() => listFiles(root))).message).toContain('not valid UTF-8');
  });
});

describe('a staged tree is refused when', () => {
  test.each([
    ['x', { x: '/etc/passwd' }, 'outside the target'],
    ['x', { x: '../outside' }, 'outside the target'],
    ['sub/x', { 'sub/x': '../../outside' }, 'outside the target'],
    ['x', { x: 'a/../../outside' }, 'goes down and up'],
    ['x', { 'a/b/dl': '../..', x: 'a/b/dl/../..' }, 'goes down and up'],
    ['x', { d: 'sub', x: './d/..' }, 'goes down and up'],
    ['x', { x: 'missing' }, 'does not exist'],
    ['x', { x: 'one.md/inside' }, 'does not exist'],
    ['x', { x: 'y', y: 'x' }, 'does not exist'],
    ['x', { d: 'sub', x: 'd/missing' }, 'does not exist'],
    ['x', { x: '.git/config' }, '".git"'],
    ['x', { x: 'a\nb' }, 'line break'],
  ])('%j is among the links %j', async (path, links, reason) => {
    const root = treeOf({ 'one.md': '1', 'sub/two.md': '2' }, links);
    const error = await failureOf(() => check(root));
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    expect(error.message).toContain(reason);
    expect(error.message).toContain(`path ${JSON.stringify(path)} is refused`);
  });

  test.each([
    [MANIFEST, `path "${MANIFEST}" is refused: it is the name of the manifest`],
    ['Atomic-Manifest.json', 'differs from "atomic-manifest.json" in case only'],
    [`${MANIFEST}/x`, 'is a file and a directory'],
  ])('it holds %j, where the manifest goes', async (path, message) => {
    const root = treeOf({ [path]: '' });
    expect((await failureOf(() => check(root))).message).toContain(message);
  });

  test.each([
    ['docs/A.md', 'docs/a.md'],
    ['Docs/a.md', 'docs/b.md'],
  ])('it holds both %j and %j', async (one, other) => {
    const root = treeOf({ [one]: '', [other]: '' });
    expect((await failureOf(() => check(root))).message).toContain('in case only');
  });
});

test.each([
  { x: 'one.md' },
  { 'sub/x': '../one.md' },
  { x: 'sub', y: 'x/two.md' },
  { 'a/b/dl': '../..', x: 'a/b/dl/one.md' },
  { 'sub/here': '.' },
])('links that stay inside are accepted: %j', (links) => {
  const root = treeOf({ 'one.md': '1', 'sub/two.md': '2' }, links as Record<string, string>);
  expect(() => check(root)).not.toThrow();
});

test('no combination of links that is accepted leads out of the tree', () => {
  const texts = ['d', 'e', 'f', 'd/e', 'd/e/f', '.', '..', '../..', '../e/f', 'l', 'm', 'd/l', 'd/m', '../l'];
  const text = fc.constantFrom(...texts, '../../l', 'l/d', 'd/l/..', 'd/l/../..', 'd/m/../../..', '../../..');
  const links = fc.dictionary(fc.constantFrom('l', 'm', 'd/l', 'd/m', 'd/e/l'), text, {
    minKeys: 1,
    maxKeys: 3,
  });
  let accepted = 0;
  fc.assert(
    fc.property(links, (chosen) => {
      const root = treeOf({ 'd/e/f': '' }, chosen);
      try {
        check(root);
      } catch {
        return;
      }
      accepted += 1;
      for (const path of Object.keys(chosen)) {
        expect(`${realpathSync(join(root, path))}/`).toMatch(new RegExp(`^${realpathSync(root)}/`));
      }
    }),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(10);
});

describe('a hashed tree', () => {
  test('carries modes as git has them, link texts, and the digests sha256sum finds', async () => {
    const root = treeOf({ plain: 'x', tool: '#!/bin/sh\n', large: 'y'.repeat(3_000_001) }, { link: 'plain' });
    chmodSync(join(root, 'tool'), 0o755);
    const tree = await hashTree(root);
    const digest = (file: string) =>
      execFileSync('sha256sum', [join(root, file)])
        .toString()
        .slice(0, 64);
    expect(tree.map(({ path, mode, size, sha256 }) => [path, mode, size, sha256])).toEqual([
      ['large', '100644', 3_000_001, digest('large')],
      ['link', '120000', 5, execFileSync('sha256sum', { input: 'plain' }).toString().slice(0, 64)],
      ['plain', '100644', 1, digest('plain')],
      ['tool', '100755', 10, digest('tool')],
    ]);
    expect(await hashFile(join(root, 'large'))).toBe(digest('large'));
  });

  test('is abandoned in the middle of one large file', async () => {
    const root = treeOf({ large: '' });
    truncateSync(join(root, 'large'), 20 * 2 ** 30);
    const cancellation = new AbortController();
    setTimeout(() => cancellation.abort('SIGTERM'), 20); // Never heard where the loop has no turn.
    await expect(hashTree(root, { signal: cancellation.signal })).rejects.toBe('SIGTERM');
  });

  test('is abandoned when the run is cancelled', async () => {
    const root = treeOf({ a: '', b: '' });
    const cancellation = new AbortController();
    const hashing = hashTree(root, {
      signal: cancellation.signal,
      progress: () => cancellation.abort(new Error('cancelled')),
    });
    await expect(hashing).rejects.toThrow('cancelled');
  });

  test('of equal content has the same digest, and any other content another', async () => {
    const tree = await hashTree(treeOf({ a: '1', 'b/c': '2' }));
    const same = await hashTree(treeOf({ 'b/c': '2', a: '1' }));
    expect([sameTree(tree, same), digestOf(same)]).toEqual([true, digestOf(tree)]);
    const others: Record<string, string>[] = [
      { a: '2', 'b/c': '2' },
      { a2: '1', 'b/c': '2' },
      { a: '1' },
      {},
    ];
    for (const files of others) {
      const other = await hashTree(treeOf(files));
      expect(sameTree(tree, other)).toBe(false);
      expect(digestOf(other)).not.toBe(digestOf(tree));
    }
  });
});

const seenAt = (seenAtMs: number, tree: Tree): Tree => tree.map((entry) => ({ ...entry, seenAtMs }));

describe('a sealed tree', () => {
  const changes: [string, string | undefined, (root: string) => void][] = [
    ['nothing', undefined, () => {}],
    ['a time stamp alone', undefined, (root) => utimesSync(join(root, 'a'), 1, 1)],
    ['a second name for a file', 'hard', (root) => linkSync(join(root, 'a'), join(root, 'hard'))],
    ['a file', 'a', (root) => writeFileSync(join(root, 'a'), 'other')],
    ['an executable bit', 'a', (root) => chmodSync(join(root, 'a'), 0o755)],
    ['a missing file', 'sub/b', (root) => rmSync(join(root, 'sub/b'))],
    ['a new file', 'new', (root) => writeFileSync(join(root, 'new'), '')],
    ['a link that points elsewhere', 'l', (root) => relink(root, 'sub/b')],
  ];

  test.each(changes)('after a change of %s is told apart by the path %s', async (_what, path, change) => {
    const root = treeOf({ a: 'one', 'sub/b': 'two' }, { l: 'a' });
    const tree = await hashTree(root);
    change(root);
    expect(await firstDifference(root, tree)).toBe(path);
  });

  test('with a pipe in the place of an empty file is refused', async () => {
    const root = treeOf({ empty: '' });
    const tree = await hashTree(root);
    rmSync(join(root, 'empty'));
    execFileSync('mkfifo', [join(root, 'empty')]);
    await expect(firstDifference(root, tree)).rejects.toThrow('"empty" is refused');
  });

  test('is not deceived by a change that keeps size and time stamp', async () => {
    const root = treeOf({ a: 'one' });
    const file = join(root, 'a');
    utimesSync(file, 1, 1);
    const tree = await hashTree(root);
    const { mtime, atime } = statSync(file);
    writeFileSync(file, 'two');
    utimesSync(file, atime, mtime);
    expect(await firstDifference(root, seenAt(Date.now() + 3_600_000, tree))).toBe('a');
  });
});

test('a file too fresh for its stamp to tell is read again, an older one is not', async () => {
  const root = treeOf({ a: 'as it is' });
  const [entry] = await hashTree(root);
  const before = [{ ...entry!, sha256: 'as it was' }];
  expect(await firstDifference(root, seenAt(entry!.mtimeS * 1000, before))).toBe('a');
  expect(await firstDifference(root, seenAt(Date.now() + 3_600_000, before))).toBeUndefined();
});

test.each([
  ['in the second after it, beyond a tick of the clock', 1, 1101, true],
  ['in the second after it, within a tick', 1, 1099, false],
  ['in its own second', 1, 999, false],
  ['in the third second after it, where times are whole', 0, 3101, true],
  ['in the second second after it, where they may be even', 0, 2999, false],
])('by its second a file that is looked at %s shows a later change: %s', (_, ns, laterMs, isSettled) => {
  const at = { mtimeS: 1000, mtimeNs: ns, ctimeS: 1000, ctimeNs: ns };
  const entry = { size: 1, dev: 1, ino: 1, uid: 0, gid: 0, ...at, seenAtMs: 1_000_000 + laterMs };
  expect(isSettledBySecond(entry)).toBe(isSettled);
});
