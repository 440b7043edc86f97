/** An operation in place that moves a submodule to another commit, and fails. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneWith, FILES } from '../support/checkouts.ts';
import { runPost } from '../support/crash.ts';
import { operate } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';

/** A clone with a submodule at `module`. */
function withSubmodule(): Fixture & { module: string; recorded: string } {
  const inner = makeFixture({ files: { 'docs/one.md': 'x\n' } });
  const fixture = cloneWith([], FILES);
  const { workspace } = fixture;
  git(workspace, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.bare, 'module');
  git(workspace, 'commit', '--quiet', '--message', 'module');
  git(workspace, 'push', '--quiet');
  const module = join(workspace, 'module');
  return { ...fixture, module, recorded: git(module, 'rev-parse', 'HEAD') };
}

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
