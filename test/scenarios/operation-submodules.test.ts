/** An operation in place that moves a submodule to another commit, or takes it out of the working tree, and fails. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FILES, withSubmodule } from '../support/checkouts.ts';
import { runPost } from '../support/crash.ts';
import { operate } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';

const MOVE = 'cd module; echo y > y; git add y; git -c user.name=a -c user.email=b commit -qm more';

test.each([
  ['failed', 'exit 1', 65],
  ['died', 'kill -9 $PPID; sleep 1', null],
])('a submodule that an operation moved which %s is put back', async (_, end, code) => {
  const fixture = withSubmodule();
  const { workspace, module, recorded } = fixture;
  const step = await operate(fixture, `echo A > a.txt; ${MOVE}; ${end}`, { 'transaction-id': 'moving' });
  expect(step.exitCode, step.log).toBe(code);
  if (code === null) expect((await runPost(fixture, { target: '' })).exitCode).toBe(0);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(git(module, 'rev-parse', 'HEAD')).toBe(recorded);
  const made = git(workspace, 'rev-parse', 'refs/atomic/moving/emergency:module');
  expect(git(module, 'log', '-1', '--format=%s', made)).toBe('more'); // It is named, and it is there.
});

test('a submodule that would lose something stays where it is, which the log says', async () => {
  const fixture = withSubmodule();
  const { workspace, module, recorded } = fixture;
  const step = await operate(fixture, `echo A > a.txt; ${MOVE}; echo more >> y; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  const stays = git(module, 'rev-parse', 'HEAD');
  expect(stays).not.toBe(recorded);
  expect(step.log).toContain(`submodule "module" stays at ${stays}: it could not be put back to ${recorded}`);
  expect(git(workspace, 'status', '--porcelain')).toBe(' M module');
  expect(readFileSync(join(module, 'y'), 'utf8')).toBe('y\nmore\n');
});

test("what is uncommitted in a submodule, and in nobody's way, is there as before", async () => {
  const fixture = withSubmodule();
  writeFileSync(join(fixture.module, 'docs/one.md'), 'mine\n');
  const before = git(fixture.workspace, 'status', '--porcelain');
  const step = await operate(fixture, `${MOVE}; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe(before);
  expect(readFileSync(join(fixture.module, 'docs/one.md'), 'utf8')).toBe('mine\n');
});

test('a hook that an operation leaves in a submodule does not run, and a top level it names is left alone', async () => {
  const fixture = withSubmodule();
  const { workspace, module, recorded } = fixture;
  const hook = join(workspace, '.git/modules/module/hooks/post-checkout');
  writeFileSync(hook, `#!/bin/sh\ntouch '${fixture.root}/ran'\n`);
  chmodSync(hook, 0o755);
  const elsewhere = `git config core.worktree '${fixture.root}'`;
  const step = await operate(fixture, `${MOVE}; ${elsewhere}; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  git(workspace, 'config', '--file', '.git/modules/module/config', 'core.worktree', '../../../module');
  expect(git(module, 'rev-parse', 'HEAD')).toBe(recorded);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(() => readFileSync(join(fixture.root, 'ran'))).toThrow('ENOENT');
});

test.each([
  ['removed', 'rm -rf module', ''],
  ['removed by git', 'git rm -qf module', ''],
  ['deinitialized', 'git submodule deinit -q -f module', ''],
  ['moved to another place', 'git mv module moved', '?? moved/'],
])('a submodule that an operation has %s is checked out again', async (_, script, status) => {
  const fixture = withSubmodule();
  const { workspace, module, recorded } = fixture;
  const hook = join(workspace, '.git/modules/module/hooks/post-checkout');
  writeFileSync(hook, `#!/bin/sh\ntouch '${fixture.root}/ran'\n`);
  chmodSync(hook, 0o755);
  const step = await operate(fixture, `${script}; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).toContain('Submodule "module" is checked out again');
  expect(git(workspace, 'submodule', 'status')).toContain(` ${recorded} module`);
  expect(readFileSync(join(module, 'docs/one.md'), 'utf8')).toBe('x\n');
  expect(git(module, 'status', '--porcelain')).toBe('');
  expect(git(workspace, 'status', '--porcelain')).toBe(status);
  expect(() => readFileSync(join(fixture.root, 'ran'))).toThrow('ENOENT');
});

test('one of which nothing is left is not cloned anew: the log says how it comes back', async () => {
  const fixture = withSubmodule();
  const { workspace } = fixture;
  const allow = 'git config --global protocol.file.allow always';
  const step = await operate(fixture, `${allow}; rm -rf module .git/modules; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).toContain('submodule "module" is not checked out any more: git submodule update --init');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  git(workspace, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
  expect(git(workspace, 'submodule', 'status')).toContain(` ${fixture.recorded} module`);
});

test('one that was not checked out is not after an operation that failed', async () => {
  const fixture = withSubmodule();
  const { workspace } = fixture;
  git(workspace, 'submodule', '--quiet', 'deinit', 'module');
  const step = await operate(fixture, 'rm -rf module; echo A > a.txt; exit 1');
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).not.toContain('ubmodule "module"');
  expect(git(workspace, 'submodule', 'status')).toBe(`-${fixture.recorded} module`);
});

test('one that a recovery which died had begun to check out is whole after the next', async () => {
  const fixture = withSubmodule();
  const { workspace, module, recorded } = fixture;
  const died = await operate(fixture, 'rm -rf module; kill -9 $PPID; sleep 1');
  expect(died.signal).toBe('SIGKILL');
  const again = { env: { ATOMIC_FUSE: 'after rename submodule.next' } };
  expect((await runPost(fixture, { target: '' }, again)).signal).toBe('SIGKILL');
  // As far as git comes before it writes files, with the lock that one which is killed leaves.
  const own = join(workspace, '.git/modules/module');
  rmSync(join(own, 'index'));
  write(workspace, {
    '.git/modules/module/index.lock': '',
    'module/.git': 'gitdir: ../.git/modules/module\n',
  });
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(git(workspace, 'submodule', 'status')).toContain(` ${recorded} module`);
  expect(git(module, 'status', '--porcelain')).toBe('');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  expect(existsSync(join(own, 'index.lock'))).toBe(false);
});

test('where the release that began the operation noted no submodules, the next goes back without them', async () => {
  const fixture = withSubmodule();
  const { workspace } = fixture;
  const died = await operate(fixture, 'rm -rf module; kill -9 $PPID; sleep 1', { 'transaction-id': 'old' });
  expect(died.signal).toBe('SIGKILL');
  const before = join(workspace, '.git/atomic/tx-old/before');
  const { submodules, ...known } = JSON.parse(readFileSync(before, 'utf8'));
  expect(submodules).toEqual(['module']);
  writeFileSync(before, JSON.stringify(known));
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});

test('one whose name looks like a pattern is checked out again, and no command of a configuration runs', async () => {
  const fixture = withSubmodule(':(glob)m');
  const { workspace, module, recorded } = fixture;
  git(workspace, 'config', 'submodule.:(glob)m.update', `!touch ${fixture.root}/ran`);
  const step = await operate(fixture, "rm -rf ':(glob)m'; exit 1");
  expect(step.exitCode, step.log).toBe(65);
  expect(git(module, 'rev-parse', 'HEAD')).toBe(recorded);
  expect(git(module, 'status', '--porcelain')).toBe('');
  expect(existsSync(join(fixture.root, 'ran'))).toBe(false);
});

test('what is uncommitted in one that an operation has cut off is not written over', async () => {
  const fixture = withSubmodule();
  const { workspace, module } = fixture;
  write(module, { 'docs/one.md': 'mine\n' });
  const died = await operate(fixture, 'rm module/.git; kill -9 $PPID; sleep 1');
  expect(died.signal).toBe('SIGKILL');
  const again = { env: { ATOMIC_FUSE: 'before remove before' } };
  expect((await runPost(fixture, { target: '' }, again)).signal).toBe('SIGKILL');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(post.log).toContain(
    'submodule "module" is not checked out any more: once what stands there is moved away',
  );
  expect(readFileSync(join(module, 'docs/one.md'), 'utf8')).toBe('mine\n');
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});

test('of one that is no submodule to git, and gone, the log does not say that it is back', async () => {
  const fixture = makeFixture({ files: FILES });
  const own = join(fixture.workspace, 'own');
  git(fixture.workspace, 'init', '--quiet', own);
  git(own, 'commit', '--quiet', '--allow-empty', '--message', 'x');
  git(fixture.workspace, 'add', 'own');
  const step = await operate(fixture, 'rm -rf own; exit 1');
  expect(step.exitCode, step.log).toBe(65);
  expect(step.log).toContain('Warning: submodule "own" is not checked out any more');
});
