/** A revert takes back the whole of a transaction, or nothing of it (clause 11). */
import { expect, test } from 'vitest';
import { cloneWith } from '../support/checkouts.ts';
import { FILES, rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

test('outputs that .gitignore names come back with the rest: the commit holds what was there before', async () => {
  const fixture = makeFixture({ files: { ...FILES, '.gitignore': 'dist/\n' } });
  const first = 'echo 1 > $ATOMIC_STAGING/a.js; echo 1 > $ATOMIC_STAGING/old.js';
  expect((await publishDocs(fixture, { target: 'dist', run: first })).exitCode).toBe(0);
  const second = 'echo 2 > $ATOMIC_STAGING/a.js';
  expect((await publishDocs(fixture, { target: 'dist', run: second })).exitCode).toBe(0);
  const step = await rollBack(fixture, {});
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'diff', '--name-status', 'main~2', 'main')).toBe('');
  expect((await publishDocs(fixture, { mode: 'verify', target: 'dist' })).exitCode).toBe(0);
});

test('in a sparse checkout what is left out goes back, too', async () => {
  const fixture = cloneWith([], { ...FILES, 'far/x.txt': 'x\n' });
  const run = 'echo A > dir/c.txt; echo y > far/x.txt; echo z > far/new.txt';
  expect((await operate(fixture, run)).exitCode).toBe(0);
  git(fixture.workspace, 'sparse-checkout', 'set', '--cone', 'dir');
  const step = await rollBack(fixture, {});
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'diff', '--name-status', 'main~2', 'main')).toBe('');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
});

test('a transaction that moved a submodule is not reverted by half: 65, and nothing is changed', async () => {
  const inner = makeFixture({ files: { 'docs/one.md': 'x\n' } });
  const fixture = cloneWith([], FILES);
  const { workspace, bare } = fixture;
  git(workspace, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.bare, 'module');
  git(workspace, 'commit', '--quiet', '--message', 'module');
  git(workspace, 'push', '--quiet');
  const commit = 'git -c user.name=a -c user.email=b commit -qm more';
  const moved = await operate(fixture, `echo A > a.txt; cd module; echo y > y; git add y; ${commit}`);
  expect(moved.exitCode, moved.log).toBe(0);
  const published = git(bare, 'rev-parse', 'main');
  const step = await rollBack(fixture, {});
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('cannot be reverted here: "module" does not become what it was');
  expect(git(bare, 'rev-parse', 'main')).toBe(published);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
});
