/** What git keeps of a clone beside HEAD, branch and index: an operation in place that failed is undone there, too. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deathsOf, keep, pointsOf, runPost } from '../support/crash.ts';
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

describe('the branch is put back also where the operation', () => {
  const AWAY = 'git checkout -q --detach; git branch -qD main';
  test.each([
    ['renamed it to a name below its own', 'main', 'git branch -m main main/x', 'main%2Fx'],
    ['made one below its name', 'main', `${AWAY}; git branch main/x`, 'main%2Fx'],
    ['made one of which it has the name', 'a/b', 'git branch -m a/b other; git branch a', 'a'],
  ])('%s', async (_, branch, script, kept) => {
    const fixture = makeFixture({ files: FILES });
    const { workspace } = fixture;
    if (branch !== 'main') git(workspace, 'checkout', '--quiet', '-b', branch);
    const base = git(workspace, 'rev-parse', 'HEAD');
    const run = `${script}; echo x > a.txt; exit 1`;
    const step = await operate(fixture, run, { 'transaction-id': 'failed', push: 'false' });
    expect(step.exitCode, step.log).toBe(65);
    expect(git(workspace, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
    expect(git(workspace, 'rev-parse', 'HEAD')).toBe(base);
    expect(git(workspace, 'status', '--porcelain')).toBe('');
    expect(step.log).toContain(`is kept: refs/atomic/failed/branch-${kept}`);
    expect(git(workspace, 'rev-parse', `refs/atomic/failed/branch-${kept}`)).toBe(base);
  });
});

test('branches in the way are kept whatever their names hold, and what one is another name of stays where it is', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  git(workspace, 'branch', 'side');
  const heads = () => git(workspace, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads');
  const before = heads();
  const alias = 'git symbolic-ref refs/heads/main/alias refs/heads/side';
  const script = `git branch -m main main/x; ${alias}; git branch "main/%2F\u00f6/$(printf '\\344')"; exit 1`;
  const step = await operate(fixture, script, { 'transaction-id': 'failed' });
  expect(step.exitCode, step.log).toBe(65);
  expect(heads()).toBe(before);
  const kept = () => git(workspace, 'for-each-ref', '--format=%(refname)', 'refs/atomic/failed/branch-*');
  const names = ['branch-main%2F%252F\u00f6%2F\ufffd', 'branch-main%2Falias', 'branch-main%2Fx'];
  expect(kept().split('\n')).toEqual(names.map((name) => `refs/atomic/failed/${name}`));
  expect((await operate(fixture, 'exit 1', { checkpoints: '1' })).exitCode).toBe(65);
  expect(kept()).toBe('');
});

test.each([
  ['main', 'main/x'],
  ['a/b', 'a'],
])(
  'a recovery that dies while what is in the way of %s makes way, with the locks of a git that was killed, is gone on with',
  async (branch, other) => {
    const fixture = makeFixture({ files: FILES });
    const { workspace } = fixture;
    if (branch !== 'main') git(workspace, 'checkout', '--quiet', '-b', branch);
    const before = see(fixture);
    const base = git(workspace, 'rev-parse', 'HEAD');
    const rename = `git branch -m ${branch} other; git branch -m other ${other}`;
    const run = `${rename}; rm a.txt; kill -9 $PPID; sleep 1`;
    const died = await operate(fixture, run, { 'transaction-id': 'died', push: 'false' });
    expect(died.signal).toBe('SIGKILL');
    const kept = `atomic/died/branch-${other.replace('/', '%2F')}`;
    const crashAgain = keep(fixture);
    const points = await pointsOf((env) => runPost(fixture, { target: '' }, { env }));
    const first = points.findIndex((point) => point.endsWith('before git for-each-ref'));
    const last = points.findLastIndex((point) => point.endsWith('after git for-each-ref'));
    const deaths = deathsOf(points).filter((one) => one > first && one <= last);
    expect(deaths.length).toBeGreaterThan(3);
    for (const at of deaths) {
      crashAgain();
      await runPost(fixture, { target: '' }, { env: { ATOMIC_FUSE: String(at) } });
      for (const ref of [`heads/${other}`, kept])
        if (existsSync(`${join(workspace, '.git/refs', dirname(ref))}/`))
          write(workspace, { [`.git/refs/${ref}.lock`]: `${base}\n` });
      for (const _ of ['once', 'twice']) {
        const post = await runPost(fixture, { target: '' });
        expect(post.exitCode, `${points[at - 1]}\n${post.log}`).toBe(0);
        expect(see(fixture)).toEqual(before);
      }
      expect(git(workspace, 'rev-parse', `refs/heads/${branch}`, `refs/${kept}`)).toBe(`${base}\n${base}`);
    }
  },
  300_000,
);
