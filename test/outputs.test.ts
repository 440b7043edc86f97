/** What our own packing puts into an index is what `git add` puts there, whatever attributes and settings say. */
import { chmodSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Git } from '../src/git.ts';
import { blobsToPack, indexOutputs } from '../src/outputs.ts';
import { hashTree } from '../src/tree.ts';
import { git, makeFixture, temporaryDirectory, write } from './support/repository.ts';

type Files = Record<string, string | Buffer>;

/** Both ways, from the same base, as the trees that come of them; `written`: how many of ours git had to write. */
async function both(
  base: Files,
  outputs: Files,
  options: { settings?: [string, string][]; links?: Record<string, string>; executable?: string[] } = {},
) {
  const fixture = makeFixture();
  const { workspace } = fixture;
  for (const [key, value] of options.settings ?? []) git(workspace, 'config', key, value);
  write(workspace, base);
  git(workspace, '-c', 'core.autocrlf=false', 'add', '--all', '--force');
  git(workspace, '-c', 'core.autocrlf=false', 'commit', '--quiet', '--allow-empty', '--message', 'base');
  const staging = join(temporaryDirectory(), 'tree');
  mkdirSync(join(staging, 'docs'), { recursive: true });
  write(join(staging, 'docs'), outputs);
  for (const [path, to] of Object.entries(options.links ?? {})) symlinkSync(to, join(staging, 'docs', path));
  for (const path of options.executable ?? []) chmodSync(join(staging, 'docs', path), 0o755);
  const opened = new Git(workspace);
  const [index, other] = ['ours', 'gits'].map((name) => join(workspace, '.git', name)) as [string, string];
  for (const path of [index, other]) await opened.run(['read-tree', 'HEAD'], { index: path });
  const objects = join(workspace, '.git/objects');
  const compressed = await blobsToPack(opened, 'docs', 'fast', {
    index,
    format: 'sha1',
    signal: undefined,
    isNew: false,
  });
  const take = (id: string, bytes: Buffer) => compressed.add(id, bytes);
  await indexOutputs(opened, {
    ...{
      index,
      workTree: staging,
      path: 'docs',
      objects,
      gitDirectory: join(workspace, '.git'),
      format: 'sha1',
      packing: 'fast',
      signal: undefined,
    },
    tree: await hashTree(join(staging, 'docs'), { format: 'sha1', take }),
    compressed,
  });
  const loose = () => Number(/^\d+/.exec(git(workspace, 'count-objects')));
  const before = loose();
  const ours = await opened.run(['write-tree'], { index });
  const written = loose() - before;
  await opened.run(['add', '--all', '--force', '--', 'docs'], { index: other, workTree: staging });
  const gits = await opened.run(['write-tree'], { index: other });
  git(workspace, 'fsck', '--strict');
  return { ours, gits, written, workspace, show: (tree: string) => git(workspace, 'ls-tree', '-r', tree) };
}

test('files, symlinks, modes, what is ignored, and a directory in the place of a file', async () => {
  const { ours, gits, written, show } = await both(
    { '.gitignore': '*.log\n', 'docs/a': 'a', 'docs/gone/b': 'b', 'docs/c/d': 'd', 'docs/same': 'same' },
    {
      'a/deep': '1',
      'x.log': 'log',
      c: 'now a file',
      same: 'same',
      'run.sh': '#!/bin/sh\n',
      'ü "x': 'odd',
    },
    { links: { link: '../elsewhere', dangling: 'nowhere' }, executable: ['run.sh'] },
  );
  expect(show(ours)).toBe(show(gits));
  expect(ours).toBe(gits);
  expect(written).toBe(1); // The root: all below comes with the pack.
});

test('trees are sorted as git sorts them, and only those are packed in which something changed', async () => {
  const { ours, gits, written, workspace } = await both(
    { 'docs/same/deep/one': '1', 'docs/shrinks/a': 'a', 'docs/shrinks/b': 'b', 'docs/mode/x': 'x' },
    {
      ...{ 'same/deep/one': '1', 'shrinks/a': 'a', 'mode/x': 'x' },
      ...{ 'a/b': '1', 'a.b': '2', 'a-b': '3', a0: '4', 'a0b/c/d': '5', 'a0b/c-d': '6' },
      ...{ 'ü/x': '7', 'ü.md': '8', '語/x': '9' },
    },
    { executable: ['mode/x'] },
  );
  expect(ours).toBe(gits);
  expect(written).toBe(1);
  const [index] = readdirSync(join(workspace, '.git/objects/pack')).filter((name) => name.endsWith('.idx'));
  const packed = git(workspace, 'verify-pack', '-v', `.git/objects/pack/${index}`);
  const trees = git(workspace, 'ls-tree', '-r', '-t', '--format=%(objecttype) %(objectname) %(path)', ours);
  const found = trees.split('\n').filter((line) => /^tree \S+ docs/.test(line));
  const isPacked = (line: string) => packed.includes(`${line.split(' ')[1]} tree`);
  expect(found.filter((line) => !isPacked(line)).map((line) => line.split(' ')[2])).toEqual([
    'docs/same',
    'docs/same/deep',
  ]);
});

test('a tree that git sorts by bytes in another way than code units is left to git', async () => {
  const outputs = { '\ufb01/x': '1', '\u{1f600}/x': '2', 'plain/x': '3' };
  const { ours, gits, written } = await both({}, outputs);
  expect(ours).toBe(gits);
  expect(written).toBe(2); // The root and docs.
});

test('a blob that the base names is not written again, and equal ones are written once', async () => {
  const { workspace, ours, gits } = await both(
    { 'docs/a': 'a\n' },
    { a: 'a\n', b: 'a\n', c: 'c\n', d: 'c\n' },
  );
  expect(ours).toBe(gits);
  const [index] = readdirSync(join(workspace, '.git/objects/pack')).filter((name) => name.endsWith('.idx'));
  const packed = git(workspace, 'verify-pack', '-v', `.git/objects/pack/${index}`);
  expect(packed.match(/^\S+ blob /gm)).toHaveLength(1);
});

test('where nothing is new there is no pack', async () => {
  const { workspace } = await both({ 'docs/a': 'a\n' }, { a: 'a\n' });
  expect(readdirSync(join(workspace, '.git/objects/pack'))).toEqual([]);
});

const content = fc.constantFrom(
  ...[
    '',
    'line\n',
    'one\r\ntwo\r\n',
    'one\r\ntwo\n',
    'lone\rcr',
    'nul\0\r\n',
    '$Id$\n',
    '$Id: 1234 $\n',
    'no end',
  ],
);
const attribute = fc.constantFrom(
  ...['text', '-text', 'text=auto', 'eol=lf', 'eol=crlf', 'binary', 'ident', 'filter=f', 'crlf', '-crlf'],
  ...['text=auto eol=crlf', '!text', 'working-tree-encoding=UTF-8'],
);
const names = ['a.txt', 'b.md', 'sub/c.txt'];
const files = fc.dictionary(fc.constantFrom(...names), content, { maxKeys: 3 });
const rules = fc.array(fc.tuple(fc.constantFrom('*', '*.txt', 'docs/**', 'sub/*'), attribute), {
  maxLength: 3,
});

test('whatever attributes, settings and line ends there are, the tree is the one that git makes', async () => {
  const property = fc.asyncProperty(
    files,
    files,
    rules,
    rules,
    fc.constantFrom('true', 'input', 'false'),
    fc.constantFrom('lf', 'crlf', 'native'),
    async (before, after, top, own, autocrlf, eol) => {
      const lines = (list: [string, string][]) => list.map(([glob, value]) => `${glob} ${value}\n`).join('');
      const base: Files = { '.gitattributes': lines(top) };
      for (const [path, text] of Object.entries(before)) base[`docs/${path}`] = text;
      const outputs: Files = {
        ...after,
        ...(own.length > 0 ? { '.gitattributes': lines(own) } : {}),
        'x/y': 'y',
      };
      const settings: [string, string][] = [
        ['core.autocrlf', autocrlf],
        ['core.eol', eol],
        ['filter.f.clean', 'tr a-z A-Z'],
      ];
      const { ours, gits, show } = await both(base, outputs, { settings });
      expect(show(ours)).toBe(show(gits));
    },
  );
  await fc.assert(property, { numRuns: 60 });
}, 180_000);
