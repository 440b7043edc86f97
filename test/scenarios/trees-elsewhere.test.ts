/** What the base holds elsewhere is not the transaction's: it need not be here, and stays the object it was (clause 9). */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveRemote } from '../support/checkouts.ts';
import { asUser, isRoot, mountReadOnly, sh } from '../support/filesystems.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';
import type { StepResult } from '../support/runner.ts';

const object = (cwd: string, type: string, input: Buffer | string) =>
  execFileSync('git', ['hash-object', '-t', type, '--literally', '-w', '--stdin'], { cwd, input })
    .toString()
    .trim();

/** A tree with the modes as they are given. */
const treeOf = (cwd: string, lines: [string, string, string][]) =>
  object(
    cwd,
    'tree',
    Buffer.concat(
      lines.flatMap(([mode, id, name]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    ),
  );

/** On the branch, here and there, a commit whose directory `lib` is `tree`. */
function commitLib({ workspace, bare }: Fixture, tree: string): string {
  const input = `${git(workspace, 'ls-tree', 'HEAD')}\n040000 tree ${tree}\tlib\n`;
  const root = execFileSync('git', ['mktree'], { cwd: workspace, input }).toString().trim();
  const commit = git(workspace, 'commit-tree', '-p', 'HEAD', '-m', 'lib', root);
  git(workspace, 'reset', '--quiet', '--hard', commit);
  git(workspace, 'push', '--quiet', bare, 'main');
  git(workspace, 'fetch', '--quiet', bare, 'main:refs/remotes/origin/main');
  expect(git(workspace, 'rev-parse', 'HEAD:lib')).toBe(tree);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  return commit;
}

test.each<[string, (cwd: string, id: string) => string]>([
  [
    'with modes that git wrote in its first years',
    (cwd, id) =>
      treeOf(cwd, [
        ['100664', id, 'a.c'],
        ['100664', id, 'b.c'],
      ]),
  ],
  [
    'with a directory in it that holds nothing',
    (cwd, id) =>
      treeOf(cwd, [
        ['100644', id, 'a.c'],
        ['40000', object(cwd, 'tree', ''), 'empty'],
      ]),
  ],
])('a directory elsewhere %s is the same object before and after', async (_, make) => {
  const fixture = makeFixture({ files: { 'docs/one.md': 'before\n' } });
  const { workspace } = fixture;
  const base = commitLib(fixture, make(workspace, git(workspace, 'rev-parse', 'HEAD:README.md')));
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(workspace, 'diff-tree', '--name-only', base, 'HEAD').split('\n')).toEqual(['docs']);
  expect(git(fixture.bare, 'rev-parse', 'main:lib')).toBe(git(workspace, 'rev-parse', `${base}:lib`));
});

test.skipIf(!isRoot)('a clone does not write again the directories of the base that it borrows', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`lib/d${at}/f.txt`, `${at}\n`]));
  const fixture = makeFixture({ files: { ...many, 'docs/one.md': 'old\n' } });
  const { root, bare } = fixture;
  const lender = join(root, 'lender.git');
  git(root, 'clone', '--quiet', '--bare', '--no-hardlinks', bare, lender);
  mountReadOnly(lender);
  const workspace = join(root, 'borrower');
  git(root, 'clone', '--quiet', '--shared', lender, workspace);
  git(workspace, 'config', 'remote.origin.url', bare);
  const step = await publishDocs({ workspace });
  expect(step.exitCode, step.log).toBe(0);
  const trees = git(workspace, 'ls-tree', '-r', '-d', '--format=%(objectname)', 'HEAD', 'lib/').split('\n');
  expect(trees.length).toBeGreaterThanOrEqual(30);
  const again = trees.filter((id) =>
    existsSync(join(workspace, '.git/objects', id.slice(0, 2), id.slice(2))),
  );
  expect(again).toEqual([]);
});

test.each<[string, Record<string, string>, Record<string, string>]>([
  ['a new target from being published', {}, {}],
  ['a target that stands from being published', { 'docs/one.md': 'before\n' }, {}],
  ['a check', { 'docs/one.md': 'before\n' }, { mode: 'check', 'fail-on-change': 'false' }],
])('a blob elsewhere that is missing does not keep %s', async (_, files, inputs) => {
  const fixture = makeFixture({ files });
  const { workspace } = fixture;
  const id = git(workspace, 'rev-parse', 'HEAD:src/input.txt');
  rmSync(join(workspace, '.git/objects', id.slice(0, 2), id.slice(2)));
  const step = await publishDocs(fixture, inputs);
  expect(step.exitCode, step.log).toBe(0);
});

/** A clone that fetches blobs when it needs them, and of which `big` is not in the working tree. */
function partialClone(files: Record<string, string> = {}): Fixture {
  const fixture = makeFixture({ files: { ...files, 'big/a.bin': 'a', 'big/b.bin': 'b', 'big/c.bin': 'c' } });
  const { root, bare } = fixture;
  git(bare, 'config', 'uploadpack.allowFilter', 'true');
  git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const workspace = join(root, 'partial');
  git(root, 'clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${bare}`, workspace);
  git(workspace, 'sparse-checkout', 'set', '--cone', 'docs', 'src');
  git(workspace, 'checkout', '--quiet', 'main');
  return { ...fixture, workspace };
}

const missing = ({ workspace }: Fixture) =>
  git(workspace, 'rev-list', '--objects', '--all', '--missing=print')
    .split('\n')
    .filter((line) => line.startsWith('?'));

test.each([
  ['a new target', {}],
  ['a target that stands', { 'docs/one.md': 'before\n' }],
])('in a partial clone %s is published without a push while the remote is away', async (_, files) => {
  const fixture = partialClone(files);
  git(fixture.workspace, 'config', 'remote.origin.url', 'file:///nowhere.git');
  const step = await publishDocs(fixture, { push: 'false' });
  expect(step.exitCode, step.log).toBe(0);
});

test('and so is one that holds what git does not have', async () => {
  const fixture = partialClone({ 'docs/one.md': 'before\n' });
  write(fixture.workspace, { 'docs/one.md': 'mine\n', 'docs/new.md': 'mine\n' });
  git(fixture.workspace, 'config', 'remote.origin.url', 'file:///nowhere.git');
  const step = await publishDocs(fixture, { push: 'false' });
  expect(step.exitCode, step.log).toBe(0);
});

test.each<[string, (fixture: Fixture) => Promise<StepResult>]>([
  ['a publish', (fixture) => publishDocs(fixture)],
  ['a check', (fixture) => publishDocs(fixture, { mode: 'check', 'fail-on-change': 'false' })],
  ['an operation', (fixture) => operate(fixture, 'echo more >> src/input.txt')],
  [
    'a failed operation',
    async (fixture) => {
      const step = await operate(fixture, 'echo more >> src/input.txt; exit 1');
      expect(step.exitCode, step.log).toBe(65);
      return { ...step, exitCode: 0 };
    },
  ],
  [
    'a publish after which it is verified',
    async (fixture) => {
      await publishDocs(fixture);
      return publishDocs(fixture, { mode: 'verify' });
    },
  ],
  [
    'a publish that follows the remote',
    (fixture) => {
      moveRemote(fixture, { 'theirs.txt': 'theirs\n' });
      return publishDocs(fixture);
    },
  ],
])('in a partial clone %s fetches no blob that nobody needs', async (_, act) => {
  const fixture = partialClone();
  expect(missing(fixture)).toHaveLength(3);
  const step = await act(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(missing(fixture)).toHaveLength(3);
});

test.skipIf(!isRoot)(
  'a user who may add to the objects, and not touch those of another user, publishes as before',
  async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`lib/d${at}/f.txt`, `${at}\n`]));
    const fixture = makeFixture({ files: { ...many, 'docs/one.md': 'old\n' } });
    const { workspace } = fixture;
    git(workspace, 'repack', '-adq');
    const fanOut = git(workspace, 'rev-parse', 'HEAD:lib/d0').slice(0, 2);
    const who = asUser(fixture);
    // As a root's run before has left it: one directory of objects, and the pack, are root's.
    sh('cd "$OBJECTS"; mkdir -p "$FAN"; chown root:root "$FAN" pack/*; chmod 755 "$FAN"', {
      OBJECTS: join(workspace, '.git/objects'),
      FAN: fanOut,
    });
    const step = await publishDocs(fixture, {}, who);
    expect(step.exitCode, step.log).toBe(0);
  },
);

test('an empty file elsewhere that is marked as to be added again stays in the commit', async () => {
  const fixture = makeFixture({ files: { 'empty.txt': '', 'docs/one.md': 'old\n' } });
  git(fixture.workspace, 'rm', '--quiet', '--cached', 'empty.txt');
  git(fixture.workspace, 'add', '--intent-to-add', 'empty.txt');
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'ls-tree', '--name-only', 'main').split('\n')).toContain('empty.txt');
});
