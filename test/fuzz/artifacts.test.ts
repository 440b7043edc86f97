/** Lists of outputs that anyone may have named: each lands where it says, or the list is refused and nothing else is touched. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asTransactionError, TransactionError } from '../../src/errors.ts';
import type { Artifact } from '../../src/inputs.ts';
import { checkPath, Destinations } from '../../src/paths.ts';
import { resolveArtifacts, resolvePreserved, type StagedFile, stage } from '../../src/staging.ts';
import { listFiles } from '../../src/tree.ts';
import { snapshot } from '../support/check.ts';
import { failureOf } from '../support/failure.ts';
import { fuzz, hostileText, hostileWords, resultOf } from '../support/fuzz.ts';
import { write } from '../support/repository.ts';

const { always, directory, end } = fuzz('artifacts');

const source = join(directory, 'source');
const names = [
  'a',
  'b.txt',
  'sub/c',
  'sub/.d',
  '[x]',
  '*',
  '{a,b}',
  '!no',
  '-',
  ' lead',
  '\u00e9',
  'e\u0301',
  '.e/.f',
  '(g)',
];
write(source, Object.fromEntries(names.map((name) => [name, `content of ${name}`])));
write(source, { '.git/config': 'secret', 'sub/.git/x': 'secret' });
symlinkSync('sub/c', join(source, 'link'));
symlinkSync('..', join(source, 'up'));
symlinkSync('circle', join(source, 'circle'));
const before = snapshot(source);

/** Stages as the coordinator does, in a directory of its own; returns what then stands there. */
async function staged(gather: () => readonly StagedFile[]) {
  const parent = mkdtempSync(join(directory, 'staging-'));
  const root = join(parent, 'tree');
  mkdirSync(root);
  try {
    const result = await resultOf(async () => {
      try {
        const files = gather();
        await stage(root, files);
        return files;
      } catch (error) {
        // A name may be too long for this file system: the coordinator makes words of what it says.
        expect(
          error instanceof TransactionError || (error as NodeJS.ErrnoException).code === 'ENAMETOOLONG',
        ).toBe(true);
        throw asTransactionError(error, 'the outputs were not gathered');
      }
    });
    expect(readdirSync(parent)).toEqual(['tree']);
    if (result instanceof TransactionError) {
      expect(result.code).toBe('ATOMIC_COMMIT_FAILED');
      return result;
    }
    expect(listFiles(root)).toEqual(result.map(({ path }) => path).sort());
    for (const { path, content, source: from } of result) {
      const isLink = from !== undefined && lstatSync(from).isSymbolicLink();
      if (!isLink)
        expect(readFileSync(join(root, path), 'utf8')).toBe(content ?? readFileSync(from!, 'utf8'));
    }
    return result;
  } finally {
    rmSync(parent, { recursive: true });
  }
}

const name = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom('a', 'b', 'A', 'a/b', 'a/b/c', 'B/a', '\u00e9', 'e\u0301', '\u00c9', 'dir/x'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('n'.repeat(255), 'n'.repeat(256), '\u00e9'.repeat(127), `${'d/'.repeat(20)}x`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('..', '../x', 'a/../../x', '/etc/x', 'C:/x', 'a\\..\\b', './a', 'a//b', 'a/'),
  },
  { weight: 2, arbitrary: hostileText },
);
const list = fc.array(
  name.map((path) => ({ path, content: `content of ${path}` })),
  { minLength: 1, maxLength: 5 },
);

always('a list of texts lands as it is named, or is refused with words', 700, list, async (files) => {
  const result = await staged(() => files);
  if (result instanceof TransactionError) return;
  for (const { path } of files) {
    expect(posix.resolve('/target', path)).toBe(`/target/${path}`);
    expect(win32.resolve('C:\\target', path)).toBe(`C:\\target\\${path.replaceAll('/', '\\')}`);
  }
});

always(
  'whether names can stand beside each other does not depend on their order',
  1200,
  fc.array(name, { maxLength: 4 }),
  async (paths) => {
    const taken = (all: string[]) => {
      const destinations = new Destinations();
      return resultOf(() => all.forEach((path) => void destinations.add(path))).then(
        (result) => result === undefined,
      );
    };
    const isTaken = await taken(paths);
    expect(await taken(paths.toReversed())).toBe(isTaken);
    if (!isTaken) return;
    for (const path of paths) checkPath(path);
    // A reader that folds as Windows and macOS do still finds each of them.
    const folds = [
      (text: string) => text.normalize('NFD').toUpperCase(),
      (text: string) => text.normalize('NFC').toLowerCase(),
    ];
    for (const fold of folds) expect(new Set(paths.map(fold)).size).toBe(paths.length);
  },
);

const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...names,
      'sub',
      '.',
      '..',
      'link',
      'up',
      'circle',
      '.git',
      'none',
      '/',
      source,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '*',
      '**',
      '**/*',
      '?',
      '[a-z]',
      '[',
      '!(a)',
      '+(a|b)',
      '{a,sub}',
      '{1..9}',
      '\\',
    ),
  },
  { weight: 1, arbitrary: hostileWords },
);
const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('/'));
const artifact: fc.Arbitrary<Artifact> = fc.record({
  source: fc.oneof(
    pattern,
    hostileWords.filter((text) => text !== ''),
  ),
  destination: fc.option(fc.oneof(name, fc.constantFrom('', '.', 'docs')), { nil: undefined }),
});
let published = 0;

always(
  'artifacts are found where they are, or refused with words',
  400,
  fc.array(artifact, { minLength: 1, maxLength: 2 }),
  async (all) => {
    // Two levels up there is the machine.
    fc.pre(all.every((one) => !/^\/(?!tmp)|\.\.|up/.test(one.source)));
    const result = await staged(() => resolveArtifacts(all, source, join(source, 'target')));
    if (result instanceof TransactionError) return;
    published += 1;
    for (const { path } of result) expect(path.split('/')).not.toContain('.git');
  },
);

always(
  'what is preserved are files of the target, and nothing of git',
  300,
  fc.array(pattern, { maxLength: 3 }),
  async (globs) => {
    const result = await staged(() => resolvePreserved(globs, source, 'a'));
    if (result instanceof TransactionError) return;
    for (const { path } of result) {
      expect(Object.keys(before)).toContain(path);
      expect(path).not.toBe('a');
      expect(path).not.toContain('.git');
    }
  },
);

test.each([
  ['an exclamation mark alone', '!', 'input artifacts holds "!", which matches no file'],
  ['a circle of links', 'circle', 'which matches no file'],
  ['a circle of links with a glob behind it', 'circle/*', 'which matches no file'],
  ['a name too long', 'n'.repeat(300), 'which matches no file'],
])('an artifact that is %s is refused with words', async (_what, line, words) => {
  const { message } = await failureOf(() =>
    resolveArtifacts([{ source: line, destination: undefined }], source, join(source, 'target')),
  );
  expect(message).toContain(words);
});

test.each(['!', '*'.repeat(70_000)])(
  'a glob that cannot be read is refused with words: %.9s',
  async (glob) => {
    const { message } = await failureOf(() => resolvePreserved(['a', glob], source, 'm'));
    expect(message).toMatch(/^the globs ".*" cannot be read: /);
  },
);

test('a path of more directories than any system takes is refused with words', async () => {
  const { message } = await failureOf(() => new Destinations().add(`${'a/'.repeat(50_000)}a`));
  expect(message).toMatch(/^path ".{200}…" is refused: it has more than 4096 characters$/);
});

test('some of the artifacts are published, and the files they are made from stay as they are', () => {
  expect(snapshot(source)).toEqual(before);
  expect(published).toBeGreaterThan(10);
});

end();
