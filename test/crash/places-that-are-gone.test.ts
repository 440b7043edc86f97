/** A transaction whose directory, or whose whole working tree, is gone when it is to be settled. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerRows } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { FILES, see } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { type Fixture, git, makeFixture } from '../support/repository.ts';

test.each([
  ['post', {}],
  ['mode recover', { mode: 'recover' }],
])('an operation that had moved its working directory when it died is settled by %s', async (_, mode) => {
  const fixture = makeFixture({ files: { ...FILES, 'pkg/deep/x': 'x\n' } });
  const before = see(fixture);
  const inputs = { 'working-directory': 'pkg/deep' };
  const died = await operate(fixture, 'cd ../..; mv pkg new; kill -9 $PPID; sleep 1', inputs);
  expect(died.signal).toBe('SIGKILL');
  const isPost = !('mode' in mode);
  const settle = { ...inputs, ...mode, target: '' };
  const step = isPost ? await runPost(fixture, settle) : await operate(fixture, 'true', settle);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toContain('is settled: ROLLED_BACK');
  expect(see(fixture)).toEqual(before);
});

/** A repository with a second worktree, on the branch `other`, at the place that is named. */
function withWorktree(place: (fixture: Fixture) => string): Fixture & { linked: string } {
  const fixture = makeFixture({ files: FILES });
  const linked = place(fixture);
  git(fixture.workspace, 'worktree', 'add', '--quiet', '-b', 'other', linked);
  return { ...fixture, linked };
}

const PLACES: [string, (fixture: Fixture) => string][] = [
  ['beside', ({ root }) => join(root, 'linked')],
  ['inside', ({ workspace }) => join(workspace, 'ignored/linked')],
];
const DYING = 'echo A > a.txt; kill -9 $PPID; sleep 1';

test.each(PLACES)('an operation whose worktree %s the first was removed is settled', async (_, place) => {
  const { linked, ...fixture } = withWorktree(place);
  await operate({ workspace: linked }, DYING);
  git(fixture.workspace, 'worktree', 'remove', '--force', linked);
  const before = see(fixture);
  const step = await publishDocs(fixture, { mode: 'recover' });
  expect(step.exitCode, step.log).toBe(0);
  expect(step.log).toContain(`its working tree "${linked}" is gone`);
  expect(see(fixture)).toEqual(before);
  expect((await publishDocs(fixture)).exitCode).toBe(0);
});

test.each(PLACES)('a publish that had only staged %s the first worktree is settled', async (_, place) => {
  const { linked, ...fixture } = withWorktree(place);
  await publishDocs({ workspace: linked }, {}, { env: { ATOMIC_FUSE: 'after ledger SEALED' } });
  rmSync(linked, { recursive: true });
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  expect(ledgerRows(fixture.workspace).map(({ state }) => state)).toEqual(['ROLLED_BACK', 'COMMITTED']);
});

test.each(PLACES)(
  'a branch that moved in a removed worktree %s the first is in doubt: 66',
  async (_, place) => {
    const { linked, ...fixture } = withWorktree(place);
    await publishDocs({ workspace: linked }, {}, { env: { ATOMIC_FUSE: 'before ledger PUSHING' } });
    const { id } = ledgerRows(fixture.workspace)[0]!;
    git(fixture.workspace, 'worktree', 'remove', '--force', linked);
    const left = see(fixture);
    for (const step of [await runPost(fixture), await publishDocs(fixture)]) {
      expect(step.exitCode, step.log).toBe(66);
      expect(step.outputs).toMatchObject({ state: 'PUBLISHED', 'transaction-id': id });
      expect(step.outputs['reason']).toContain(`transaction ${id} is in doubt`);
      expect(step.outputs['reason']).toContain(`at "${linked}"`);
      expect(step.log).toContain('git worktree add');
    }
    expect(see(fixture)).toEqual(left);
  },
);

test('an operation whose worktree vanished is in doubt until git forgets the worktree', async () => {
  const { linked, ...fixture } = withWorktree(PLACES[0]![1]);
  await operate({ workspace: linked }, DYING);
  rmSync(linked, { recursive: true });
  expect((await runPost(fixture)).exitCode).toBe(66);
  git(fixture.workspace, 'worktree', 'prune');
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
});

test('an operation whose worktree is given back is undone there, with the branch', async () => {
  const { linked, ...fixture } = withWorktree(PLACES[0]![1]);
  const before = git(linked, 'rev-parse', 'other');
  await operate(
    { workspace: linked },
    'echo A > a.txt',
    {},
    { env: { ATOMIC_FUSE: 'before ledger PUSHING' } },
  );
  git(fixture.workspace, 'worktree', 'remove', '--force', linked);
  expect((await runPost(fixture)).exitCode).toBe(66);
  git(fixture.workspace, 'worktree', 'add', '--quiet', linked, 'other');
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(git(linked, 'rev-parse', 'other')).toBe(before);
  expect(git(linked, 'status', '--porcelain')).toBe('');
});

test('what died in a clone that was moved since is in doubt until it is back in its place', async () => {
  const fixture = makeFixture({ files: FILES });
  const before = see(fixture);
  const moved = join(fixture.root, 'moved');
  await operate(fixture, DYING);
  renameSync(fixture.workspace, moved);
  const post = await runPost({ ...fixture, workspace: moved });
  expect(post.exitCode, post.log).toBe(66);
  expect(post.log).toContain(`at "${fixture.workspace}"`);
  renameSync(moved, fixture.workspace);
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(see(fixture)).toEqual(before);
});

test('what died in a worktree that was moved since is in doubt until it is back in its place', async () => {
  const { linked, ...fixture } = withWorktree(PLACES[0]![1]);
  await operate({ workspace: linked }, DYING);
  git(fixture.workspace, 'worktree', 'move', linked, join(fixture.root, 'moved'));
  expect((await runPost(fixture)).exitCode).toBe(66);
  git(fixture.workspace, 'worktree', 'move', join(fixture.root, 'moved'), linked);
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(git(linked, 'status', '--porcelain')).toBe('');
});
