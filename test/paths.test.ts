import { spawnSync } from 'node:child_process';
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPath, Destinations, quote } from '../src/paths.ts';
import { failureOf } from './support/failure.ts';
import { git, temporaryDirectory } from './support/repository.ts';

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/;

describe('an artifact', () => {
  test.each([
    ['', 'empty'],
    ['..', 'leaves the target'],
    ['../x', 'leaves the target'],
    ['a/../../x', 'leaves the target'],
    ['a/..', 'leaves the target'],
    ['/etc/passwd', 'absolute'],
    ['C:/x', 'drive'],
    ['c:x', 'drive'],
    ['a\\..\\b', 'backslash'],
    ['./a', 'component'],
    ['a//b', 'component'],
    ['a/', 'component'],
    ['.git', '".git"'],
    ['a/.git/config', '".git"'],
    ['.GIT/config', '".git"'],
    ['.git ', '".git"'],
    ['.git.', '".git"'],
    ['.git. . ./x', '".git"'],
    ['git~1', '".git"'],
    ['GIT~12/x', '".git"'],
    ['.git::$INDEX_ALLOCATION', '".git"'],
    ['.git:stream', '".git"'],
    ['.git .:stream', '".git"'],
    ['.g\u200cit', '".git"'],
    ['\u200d.git', '".git"'],
    ['.git\ufeff', '".git"'],
    ['.\u202egit\u206f', '".git"'],
    ['\uff0egit', '".git"'],
    ['a\nb', 'line break'],
    ['a\rb', 'line break'],
    ['a\u0000b', 'control character'],
    ['a\u0007', 'control character'],
    ['\u001b[31m', 'control character'],
    ['a\u007f', 'control character'],
    ['a\u0085b', 'control character'],
    ['a\u2028b', 'control character'],
    ['a\ufffd', 'UTF-8'],
  ])('named %j is refused by name, with the reason: %s', async (path, reason) => {
    const error = await failureOf(() => checkPath(path));
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    const [, named, why] = /^path (".*") is refused: (.*)$/.exec(error.message)!;
    expect(JSON.parse(named!)).toBe(path);
    expect(why).toContain(reason);
    expect(error.message).not.toMatch(UNPRINTABLE);
  });

  test.each([
    ...['a', 'a/b.txt', '.gitignore', '.github/workflows/x.yml', '.git-x', 'a.git', 'git~', 'gitx~1', '...'],
    ...['ünï/日本語', '-', ' a', "it's", 'a b', '\u{1f600}'],
  ])('with the ordinary name %j is accepted', (path) => {
    expect(() => checkPath(path)).not.toThrow();
  });
});

const NAMES = [
  '.git',
  'git~1',
  'GIT',
  '.',
  '..',
  ' ',
  'a',
  ':',
  '\u200c',
  '\ufeff',
  '~1',
  '\\',
  'C:',
  '\u2024',
];
const NAME = fc.array(fc.constantFrom(...NAMES), { maxLength: 4 }).map((parts) => parts.join(''));
const PATH = fc.array(NAME, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

function accepted(path: string): boolean {
  try {
    checkPath(path);
    return true;
  } catch {
    return false;
  }
}

test('no accepted path leads out of the target, as Linux and as Windows read it', () => {
  fc.assert(
    fc.property(PATH.filter(accepted), (path) => {
      expect(posix.resolve('/target', path)).toBe(`/target/${path}`);
      expect(win32.resolve('C:\\target', path)).toBe(`C:\\target\\${path.replaceAll('/', '\\')}`);
    }),
    { numRuns: 2000 },
  );
});

test('git on every file system takes each path that is accepted', () => {
  const repository = temporaryDirectory();
  git(repository, 'init', '--quiet');
  const blob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
  fc.assert(
    fc.property(fc.array(PATH.filter(accepted), { minLength: 100, maxLength: 300 }), (paths) => {
      const settings = ['-c', 'core.protectHFS=true', '-c', 'core.protectNTFS=true'];
      const { status, stderr } = spawnSync('git', [...settings, 'update-index', '-z', '--index-info'], {
        cwd: repository,
        input: paths.map((path) => `100644 ${blob}\t${path}\0`).join(''),
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }),
    { numRuns: 5 },
  );
});

describe('two artifacts', () => {
  test.each([
    ['a.txt', 'a.txt', 'two sources'],
    ['a.txt', 'A.txt', 'in case only'],
    ['Docs/a.txt', 'docs/b.txt', 'in case only'],
    ['x/Docs/a', 'x/docs/b', 'in case only'],
    ['\u00c9.txt', '\u00e9.txt', 'in case only'],
    ['\u00e9.txt', 'e\u0301.txt', 'in case only'],
    ['ΟΔΟΣ', 'οδοσ', 'in case only'],
    ['a', 'a/b', 'a file and a directory'],
    ['a/b', 'a', 'a file and a directory'],
    ['a', 'A/b', 'in case only'],
  ])('for %j and %j are refused, naming the second: %s', async (first, second, reason) => {
    const destinations = new Destinations();
    destinations.add(first);
    const error = await failureOf(() => destinations.add(second));
    expect(error.code).toBe('ATOMIC_COMMIT_FAILED');
    expect(error.message).toContain(quote(second));
    expect(error.message).toContain(reason);
  });

  test('in one directory, and with names that only look alike, are accepted', () => {
    const destinations = new Destinations();
    const paths = ['docs/a', 'docs/b', 'docs/c/a', 'docsa', 'a', 'o', 'ο'];
    expect(() => paths.forEach((path) => void destinations.add(path))).not.toThrow();
  });

  test('cannot bring in a refused path', () => {
    expect(() => new Destinations().add('../x')).toThrow('leaves the target');
  });
});
