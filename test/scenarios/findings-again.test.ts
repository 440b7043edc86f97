/** Where savings and mends of one day had broken what was right before: each of these was proved by an enemy of them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILES, withSubmodule } from '../support/checkouts.ts';
import { runPost } from '../support/crash.ts';
import { rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

/** Removes an object; the files are long settled, so that git need not read them again and make it anew. */
function lose(workspace: string, id: string) {
  const settle = "git ls-files -z | xargs -0 touch -d '1 hour ago'; git update-index -q --refresh";
  execFileSync('bash', ['-c', settle], { cwd: workspace });
  rmSync(join(workspace, '.git/objects', id.slice(0, 2), id.slice(2)), { force: true });
  expect(gitSucceeds(workspace, 'cat-file', '-e', id)).toBe(false);
}

describe('after a failed operation git works in the clone, also where of the repository of its submodule is left', () => {
  test.each([
    ['no objects', 'rm -rf module .git/modules/module/objects'],
    ['no HEAD', 'rm -rf module .git/modules/module/HEAD'],
    ['no refs', 'rm -rf module .git/modules/module/refs'],
    ['no file of objects', 'rm -rf module; find .git/modules/module/objects -type f -delete'],
    ['a directory for its index', 'rm -rf module; cd .git/modules/module; rm index; mkdir index'],
    [
      'a bare one',
      'rm -rf module; git config -f .git/modules/module/config core.bare true; git config -f .git/modules/module/config --unset core.worktree',
    ],
  ])('%s', async (_, script) => {
    const fixture = withSubmodule();
    const step = await operate(fixture, `${script}; exit 1`);
    expect(step.exitCode, step.log).toBe(65);
    const next = await operate(fixture, 'echo n > n', { push: 'false' });
    expect(next.exitCode, next.log).toBe(0);
    expect(gitSucceeds(fixture.workspace, 'status', '--porcelain'), step.log).toBe(true);
  });

  test('and a recovery that died there is gone on with', async () => {
    const fixture = withSubmodule();
    const died = await operate(fixture, 'rm -rf module .git/modules/module/objects; kill -9 $PPID; sleep 1');
    expect(died.signal).toBe('SIGKILL');
    await runPost(fixture, { target: '' }, { env: { ATOMIC_FUSE: 'before remove before' } });
    const post = await runPost(fixture, { target: '' });
    expect(post.exitCode, post.log).toBe(0);
  });
});

test('what a user types into a submodule after a recovery that died has checked it out is not written over', async () => {
  const fixture = withSubmodule();
  const died = await operate(fixture, 'rm -rf module; kill -9 $PPID; sleep 1');
  expect(died.signal).toBe('SIGKILL');
  const again = { env: { ATOMIC_FUSE: 'before remove before' } };
  expect((await runPost(fixture, { target: '' }, again)).signal).toBe('SIGKILL');
  expect(git(fixture.module, 'status', '--porcelain')).toBe('');
  write(fixture.module, { 'docs/one.md': 'typed since\n' });
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(readFileSync(join(fixture.module, 'docs/one.md'), 'utf8'), post.log).toBe('typed since\n');
});

describe('a failed operation loses no file whose object is missing: it is refused as before, or the file is put back', () => {
  test.each(['echo x > a.txt', 'rm a.txt'])('%s', async (script) => {
    const fixture = makeFixture({ files: FILES });
    const { workspace } = fixture;
    write(workspace, { 'untracked.txt': 'u\n' });
    lose(workspace, git(workspace, 'rev-parse', 'HEAD:a.txt'));
    const step = await operate(fixture, `${script}; exit 1`, { push: 'false' });
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8'), step.log).toBe('a\n');
  });
  test('of what is staged', async () => {
    const fixture = makeFixture({ files: FILES });
    const { workspace } = fixture;
    write(workspace, { 'a.txt': 'staged\n' });
    git(workspace, 'add', 'a.txt');
    lose(workspace, git(workspace, 'rev-parse', ':a.txt'));
    const step = await operate(fixture, 'rm a.txt; exit 1', { push: 'false' });
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8'), step.log).toBe('staged\n');
  });
});

test('what a target held is in pre-op, or the publish is refused', async () => {
  const fixture = makeFixture({ files: { 'docs/keep.md': 'keep\n' } });
  const { workspace } = fixture;
  lose(workspace, git(workspace, 'rev-parse', 'HEAD:docs/keep.md'));
  write(workspace, { 'docs/u.md': 'untracked\n' });
  const step = await publishDocs(fixture, { 'transaction-id': 'one', push: 'false' });
  if (step.exitCode !== 0) expect(readFileSync(join(workspace, 'docs/keep.md'), 'utf8')).toBe('keep\n');
  else expect(gitSucceeds(workspace, 'cat-file', '-e', 'refs/atomic/one/pre-op:docs/keep.md')).toBe(true);
});

test.each(['true', 'false'])(
  'an output that the base holds and whose object is missing is in the commit (push: %s)',
  async (push) => {
    const fixture = makeFixture({ files: { 'docs/one.md': 'one\n', 'docs/b.md': 'b\n' } });
    const { workspace } = fixture;
    lose(workspace, git(workspace, 'rev-parse', 'HEAD:docs/one.md'));
    const step = await publishDocs(fixture, { push });
    if (step.exitCode === 0) expect(gitSucceeds(workspace, 'cat-file', '-e', 'HEAD:docs/one.md')).toBe(true);
  },
);

test('what a failed operation has staged without an object does not stop git gc in the clone', async () => {
  const fixture = makeFixture({ files: FILES });
  const stage = `git update-index --add --cacheinfo 100644,${'1'.repeat(40)},ghost.txt`;
  const step = await operate(fixture, `${stage}; echo x > b.txt; exit 1`);
  expect(step.exitCode, step.log).toBe(65);
  expect(gitSucceeds(fixture.workspace, 'fsck', '--connectivity-only')).toBe(true);
  expect(gitSucceeds(fixture.workspace, 'gc', '--quiet')).toBe(true);
});

test('a rollback of a target, which is in place, leaves a file there whose name is no UTF-8', async () => {
  const fixture = makeFixture();
  const { workspace } = fixture;
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  const run = 'echo n > "$ATOMIC_STAGING/n"';
  expect((await publishDocs(fixture, { 'transaction-id': 'second', run })).exitCode).toBe(0);
  execFileSync('bash', ['-c', "echo theirs > $'docs/th\\xe9'"], { cwd: workspace });
  const step = await rollBack(fixture, { 'rollback-to': 'second', target: 'docs' });
  expect(step.exitCode, step.log).toBe(0);
});

test('a branch whose name holds U+FFFD, which is valid UTF-8, is published to', async () => {
  const fixture = makeFixture();
  git(fixture.workspace, 'checkout', '--quiet', '-b', 'a\ufffdb');
  const step = await publishDocs(fixture, { push: 'false' });
  expect(step.exitCode, step.outputs['reason']).toBe(0);
});

test('a target with a file whose name holds U+FFFD is replaced without a commit', async () => {
  const fixture = makeFixture();
  write(fixture.workspace, { 'docs/a\ufffdb': 'x\n' });
  const step = await publishDocs(fixture, { commit: 'false', push: 'false' });
  expect(step.exitCode, step.outputs['reason']).toBe(0);
});

test.each(['gitmod~5', 'gitmod~12', 'gi7eba~0'])(
  'a symlink %s, which git takes, is published',
  async (name) => {
    const fixture = makeFixture();
    const run = `cd "$ATOMIC_STAGING"; echo one > one.md; ln -s one.md '${name}'`;
    const step = await publishDocs(fixture, { push: 'false', run });
    expect(step.exitCode, step.outputs['reason']).toBe(0);
  },
);
