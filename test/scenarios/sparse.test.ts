/** Sparse checkouts: the target is committed whole wherever it is, and nothing appears that the user left out. */
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../support/check.ts';
import { cloneWith, expectPublished, expectTheirs, FILES, moveRemote, THEIRS } from '../support/checkouts.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git } from '../support/repository.ts';

const FAR = { 'far/x.txt': 'x\n', 'far/y.txt': 'y\n', 'far/deep/z.txt': 'z\n' };
const THEIR_FAR = {
  'far/x.txt': 'theirs\n',
  'far/y.txt': null,
  'far/deep/new.txt': 'new\n',
  'out/n.txt': 'n\n',
};

/** Arguments of `git sparse-checkout set`, by what is asked for and whether the target is in it. */
const KINDS: [string, string[]][] = [
  ['a sparse cone with the target', ['--cone', 'deep', 'docs']],
  ['a sparse cone without the target', ['--cone', 'deep']],
  ['a sparse cone with a sparse index and the target', ['--cone', '--sparse-index', 'deep', 'docs']],
  ['a sparse cone with a sparse index, without the target', ['--cone', '--sparse-index', 'deep']],
  ['sparse patterns with the target', ['--no-cone', '/*.txt', '/deep/', '/docs/']],
  ['sparse patterns without the target', ['--no-cone', '/*.txt', '/deep/']],
];

function makeSparse(args: readonly string[]): Fixture {
  const fixture = cloneWith([], { ...FILES, ...FAR });
  git(fixture.workspace, 'sparse-checkout', 'set', ...args);
  expect(existsSync(join(fixture.workspace, 'docs'))).toBe(args.some((arg) => arg.includes('docs')));
  return fixture;
}

/** Nothing of what was left out is here, and git still knows what that is. */
function expectSparse({ workspace }: Fixture): void {
  for (const path of ['far', 'out', 'src']) expect(existsSync(join(workspace, path)), path).toBe(false);
  git(workspace, 'sparse-checkout', 'reapply');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
}

test.each(KINDS)('%s publishes', async (_, args) => {
  const fixture = makeSparse(args);
  await expectPublished(fixture);
  expect(git(fixture.bare, 'ls-tree', '-r', '--name-only', 'main', 'docs/').split('\n')).toEqual([
    'docs/atomic-manifest.json',
    'docs/guide/two.md',
    'docs/one.md',
  ]);
  expectSparse(fixture);
});

test.each(KINDS)('%s follows a remote that moved in and out of it', async (_, args) => {
  const fixture = makeSparse(args);
  const theirs = moveRemote(fixture, { ...THEIRS, ...THEIR_FAR });
  await expectPublished(fixture, { theirs });
  expectTheirs(fixture.workspace);
  expect(git(fixture.workspace, 'show', ':far/x.txt')).toBe('theirs');
  expectSparse(fixture);
  git(fixture.workspace, 'sparse-checkout', 'disable');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  check(fixture);
});

test('a mark that the user has set, with no patterns, stays where the working tree follows a remote that moved', async () => {
  const fixture = cloneWith([], FILES);
  const { workspace } = fixture;
  git(workspace, 'update-index', '--skip-worktree', 'b.txt');
  writeFileSync(join(workspace, 'b.txt'), 'local\n');
  moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'show', 'HEAD:a.txt')).toBe('theirs');
  expect(git(workspace, 'ls-files', '-v', 'b.txt')).toBe('S b.txt');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});

test.each([
  ['fails and changes nothing else', 'git sparse-checkout disable; exit 1', {}],
  ['fails and changes a file', 'echo b > a.txt; git sparse-checkout disable; exit 1', {}],
  ['is a check', 'echo b > a.txt; git sparse-checkout add far', { mode: 'check' }],
])('what is left out is left out again where an operation that widens it %s', async (_, run, inputs) => {
  const fixture = makeSparse(['--cone', 'docs']);
  const before = git(fixture.workspace, 'ls-files', '-t');
  const step = await operate(fixture, run, inputs);
  expect(step.exitCode, step.log).not.toBe(0);
  expect(existsSync(join(fixture.workspace, 'far'))).toBe(false);
  expect(git(fixture.workspace, 'ls-files', '-t')).toBe(before);
});

test('a read-only directory is that again where a failed operation has made in it what is left out', async () => {
  const fixture = makeSparse(['--no-cone', '/*', '!/far/y.txt', '/docs/']);
  const directory = join(fixture.workspace, 'far');
  chmodSync(directory, 0o555);
  const step = await operate(fixture, 'chmod u+w far; echo y > far/y.txt; exit 1');
  expect(step.exitCode, step.log).toBe(65);
  expect(existsSync(join(directory, 'y.txt'))).toBe(false);
  expect(statSync(directory).mode & 0o777).toBe(0o555);
});
