/** What git keeps of a clone beside HEAD, branch and index: an operation in place that failed is undone there, too. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, FILES, rollBack, see } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { type Fixture, git, makeFixture, write } from '../support/repository.ts';

const USER = '-c user.name=Agent -c user.email=agent@example.org';

describe('a merge with --autostash that an operation leaves in the middle', () => {
  function withBranch(): Fixture {
    const fixture = makeFixture({ files: FILES });
    const { workspace } = fixture;
    git(workspace, 'checkout', '--quiet', '-b', 'other');
    write(workspace, { 'a.txt': 'other\n' });
    git(workspace, 'commit', '--quiet', '--all', '--message', 'other');
    git(workspace, 'checkout', '--quiet', 'main');
    write(workspace, { 'b.txt': 'mine\n' });
    return fixture;
  }
  const MERGE = `git ${USER} merge -q --no-ff --no-commit --autostash other`;

  test('is ended when it fails: the next commit brings nothing back', async () => {
    const fixture = withBranch();
    const { workspace } = fixture;
    const step = await operate(fixture, `${MERGE}; exit 1`);
    expect(step.exitCode, step.log).toBe(65);
    git(workspace, 'checkout', '--', 'b.txt'); // The user gives the change up.
    write(workspace, { 'a.txt': 'later\n' });
    git(workspace, 'commit', '--quiet', '--all', '--message', 'later');
    expect(at(fixture, 'b.txt')).toBe('b\n');
    expect(git(workspace, 'status', '--porcelain')).toBe('');
    expect(git(workspace, 'show', 'stash@{0}:b.txt')).toBe('mine');
  });

  test('is ended when it is published', async () => {
    const fixture = withBranch();
    const step = await operate(fixture, MERGE);
    expect(step.exitCode, step.log).toBe(0);
    expect(existsSync(join(fixture.workspace, '.git/MERGE_AUTOSTASH'))).toBe(false);
    expect(git(fixture.workspace, 'show', 'stash@{0}:b.txt')).toBe('mine');
  });

  test('as a rebase is', async () => {
    const fixture = withBranch();
    const { workspace } = fixture;
    const commit = `git ${USER} commit -q --allow-empty -m mine`;
    const rebase = `${commit}; git ${USER} rebase -q --autostash --exec false other`;
    const step = await operate(fixture, `${rebase}; exit 1`);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.log).toContain('Created autostash');
    expect(existsSync(join(workspace, '.git/rebase-merge'))).toBe(false);
    expect(git(workspace, 'show', 'stash@{0}:b.txt')).toBe('mine');
    expect(at(fixture, 'b.txt')).toBe('mine\n');
  });
});

test('in a linked worktree a sparse checkout that a failed operation changed is that again', async () => {
  const { workspace, root } = makeFixture({ files: FILES });
  const linked = join(root, 'linked');
  git(workspace, 'worktree', 'add', '--quiet', '-b', 'side', linked);
  git(linked, 'sparse-checkout', 'set', 'dir');
  const list = () => git(linked, 'sparse-checkout', 'list');
  expect(list()).toBe('dir');
  const run = 'git sparse-checkout set src; exit 1';
  const step = await operate({ workspace: linked }, run, { push: 'false' });
  expect(step.exitCode, step.log).toBe(65);
  expect(list()).toBe('dir');
  git(linked, 'sparse-checkout', 'reapply');
  expect(existsSync(join(linked, 'dir/c.txt'))).toBe(true);
});

test.each([
  ['removed the directory', 'rm -r .git/info'],
  ['put a file in the place of the directory', 'rm -r .git/info; echo x > .git/info'],
  ['put a link to nowhere there', 'rm -r .git/info; ln -s ../../elsewhere .git/info'],
])('what git ignored by info/exclude it ignores again, also where the operation %s', async (_, script) => {
  const fixture = makeFixture({ files: FILES });
  write(fixture.workspace, { '.git/info/exclude': 'private.txt\n', 'private.txt': 'mine\n' });
  const before = see(fixture);
  const step = await operate(fixture, `${script}; echo x > a.txt; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  expect(see(fixture)).toEqual(before);
  expect(existsSync(join(fixture.root, 'elsewhere'))).toBe(false);
});

describe('a failed operation is undone also where it put a directory in the place of', () => {
  const common = ['config', 'info/exclude', 'info/attributes', 'packed-refs'];
  test.each(['index', 'HEAD', 'commondir', ...common])('%s', async (name) => {
    const fixture = makeFixture({ files: FILES });
    const before = see(fixture);
    const script = `rm -f .git/${name}; mkdir .git/${name}; echo x > .git/${name}/x; rm a.txt; exit 1`;
    const step = await operate(fixture, script, { 'transaction-id': 'failed' });
    expect(step.exitCode, step.log).toBe(65);
    expect(see(fixture)).toEqual(before);
    expect(step.log).toContain(`at ".git/${name}". It is at ".git/${name}.failed" now`);
    expect(at(fixture, `.git/${name}.failed/x`)).toBe('x\n'); // The operation's own: it is not lost.
  });
});

test('what was marked as to be added before a failed operation is so after a rollback to it', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  git(workspace, 'config', 'i18n.logOutputEncoding', 'ISO-8859-1');
  write(workspace, { 'new.txt': 'new\n', 'ä "*"\n.txt': 'odd\n', 'x.log': 'ignored\n' });
  writeFileSync(Buffer.from(`${workspace}/ %\xe4\x80`, 'latin1'), 'no UTF-8\n');
  git(workspace, 'add', '--intent-to-add', '--force', '.');
  const staged = () => [
    git(workspace, 'ls-files', '--stage', '-v'),
    git(workspace, 'status', '--porcelain', '--ignored'),
  ];
  const before = staged();
  expect(before[1]!.match(/^ A /gm)).toHaveLength(4);
  const step = await operate(fixture, 'echo x > a.txt; exit 1', { 'transaction-id': 'failed' });
  expect(step.exitCode, step.log).toBe(65);
  expect(staged()).toEqual(before);
  write(workspace, { 'a.txt': 'more\n' });
  const back = await rollBack(fixture, { 'rollback-to': 'failed' });
  expect(back.exitCode, back.log).toBe(0);
  expect(staged()).toEqual(before);
});
