import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, checkManifest, ledgerRows, observe } from '../support/check.ts';
import { crashFixture, runPost } from '../support/crash.ts';
import { GENERATE, publishDocs } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';

const OLD = { 'docs/one.md': 'old\n', 'docs/gone.md': 'gone\n' };

/** What the commit holds of the target, read from git alone. */
const committed = (workspace: string, path = 'docs') =>
  git(workspace, 'ls-tree', '-r', '--name-only', 'HEAD', `${path}/`).split('\n');

test('a target outside a sparse checkout is committed whole', async () => {
  const fixture = makeFixture({ files: OLD });
  git(fixture.workspace, 'sparse-checkout', 'set', 'src');
  expect(existsSync(join(fixture.workspace, 'docs'))).toBe(false);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  expect(committed(fixture.workspace)).toEqual([
    'docs/atomic-manifest.json',
    'docs/guide/two.md',
    'docs/one.md',
  ]);
  expect(git(fixture.workspace, 'show', 'HEAD:docs/one.md')).toBe('one');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
  check(fixture);
});

test('files that the index says not to look at are committed as they are', async () => {
  const fixture = makeFixture({ files: OLD });
  git(fixture.workspace, 'update-index', '--assume-unchanged', 'docs/one.md');
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  expect(git(fixture.workspace, 'show', 'HEAD:docs/one.md')).toBe('one');
  check(fixture);
});

test.each(['message', 'probe', 'previous', 'tree', 'probe-1'])(
  'a target may be called %s',
  async (target) => {
    const fixture = makeFixture();
    expect((await publishDocs(fixture, { target })).exitCode).toBe(0);
    const step = await publishDocs(fixture, {
      target,
      contents: '{"more": "x"}',
      'consistency-command': 'true',
    });
    expect(step.exitCode, step.log).toBe(0);
    check(fixture, target);
  },
);

test.each(['ledger', 'lock', 'reserve'])('a transaction may be called %s', async (id) => {
  const fixture = makeFixture({ files: OLD });
  expect((await publishDocs(fixture, { 'transaction-id': id })).exitCode).toBe(0);
  expect(ledgerRows(fixture.workspace)).toMatchObject([{ id, state: 'COMMITTED' }]);
  check(fixture);
});

test('a crash in a linked worktree is settled from another one', async () => {
  const fixture = crashFixture();
  const linked = join(fixture.root, 'linked');
  git(fixture.workspace, 'worktree', 'add', '--quiet', '-b', 'other', linked);
  const before = git(linked, 'ls-files', '--stage', '--debug');
  const died = await publishDocs(
    { workspace: linked },
    {},
    { env: { ATOMIC_FUSE: 'before ledger PUSHING' } },
  );
  expect(died.signal).toBe('SIGKILL');
  expect(git(linked, 'ls-files', '--stage', '--debug')).not.toBe(before);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(git(linked, 'ls-files', '--stage', '--debug')).toBe(before);
  expect(git(linked, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(linked, 'docs/one.md'), 'utf8')).toBe('old\n');
  check(fixture);
});

test('a branch that another worktree has checked out is refused, and nothing is moved under it', async () => {
  const fixture = crashFixture();
  const { root, workspace } = fixture;
  const linked = join(root, 'linked');
  git(workspace, 'worktree', 'add', '--quiet', '-b', 'other', linked);
  const before = observe(fixture);
  for (const [from, branch, place] of [
    [linked, 'main', workspace],
    [workspace, 'other', linked],
  ] as const) {
    const step = await publishDocs({ workspace: from }, { branch });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toBe(
      `branch "refs/heads/${branch}" is checked out in the working tree "${place}"`,
    );
    expect(step.log).not.toContain('::group::Produce');
    expect(git(place, 'status', '--porcelain')).toBe('');
  }
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test('a check moves no branch, and may name one that another worktree has checked out', async () => {
  const fixture = crashFixture();
  const linked = join(fixture.root, 'linked');
  git(fixture.workspace, 'worktree', 'add', '--quiet', '-b', 'other', linked);
  const inputs = { mode: 'check', branch: 'main', 'fail-on-change': 'false' };
  const step = await publishDocs({ workspace: linked }, inputs);
  expect(step.exitCode, step.log).toBe(0);
  expect(step.outputs['changed']).toBe('true');
  check(fixture);
});

test('an index that git status rewrote meanwhile is put back all the same', async () => {
  const fixture = crashFixture();
  const before = observe(fixture);
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'before ledger PUSHING' } });
  write(fixture.workspace, { 'mine.txt': 'mine\n' });
  git(fixture.workspace, 'add', 'mine.txt');
  expect((await runPost(fixture)).exitCode).toBe(0);
  expect(git(fixture.workspace, 'diff', '--cached', '--name-only')).toBe('mine.txt');
  git(fixture.workspace, 'rm', '--quiet', '--cached', 'mine.txt');
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('?? mine.txt');
  expect(observe(fixture).target).toEqual(before.target);
});

test('a generator that also writes into the target is not taken for one that changed nothing', async () => {
  const fixture = makeFixture({ files: OLD });
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  const inPlace = `${GENERATE}\nprintf three > "$ATOMIC_STAGING/three.md"; cp "$ATOMIC_STAGING/three.md" docs/three.md`;
  const step = await publishDocs(fixture, { run: inPlace, 'task-id': 'TASK-2' });
  expect(step.outputs['changed']).toBe('true');
  expect(committed(fixture.workspace)).toContain('docs/three.md');
  check(fixture);
});

test('a manifest that describes something else is not "nothing to change"', async () => {
  const fixture = makeFixture({ files: OLD });
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  const { workspace } = fixture;
  write(workspace, { 'docs/one.md': 'edited\n' });
  git(workspace, 'commit', '--quiet', '--all', '--message', 'by hand');
  git(workspace, 'push', '--quiet', 'origin', 'main');
  const step = await publishDocs(fixture, {
    run: GENERATE.replace('one\\n', 'edited\\n'),
    'task-id': 'TASK-2',
  });
  expect(step.outputs['changed']).toBe('true');
  checkManifest(join(workspace, 'docs'));
  check(fixture);
});

test('a remote branch whose name ends like ours is not taken for it', async () => {
  const fixture = makeFixture({ files: OLD });
  const other = git(
    fixture.bare,
    'commit-tree',
    '-m',
    'other',
    git(fixture.bare, 'rev-parse', 'main^{tree}'),
  );
  git(fixture.bare, 'update-ref', 'refs/heads/a/refs/heads/main', other);
  const step = await publishDocs(fixture);
  expect(step.exitCode, step.log).toBe(0);
  check(fixture);
});

test('a main that failed at its inputs is not run again by the post step', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const inputs = { 'task-id': 'TASK-1', target: 'docs', run: GENERATE, 'consistency-result': 'PASS' };
  const main = await runStep({
    workspace: fixture.workspace,
    inputs: { ...inputs, 'working-directory': 'later' },
  });
  expect(main.exitCode).toBe(65);
  write(fixture.workspace, { 'later/file': '' });
  const post = await runStep({
    workspace: fixture.workspace,
    inputs: { ...inputs, 'working-directory': 'later' },
    state: main.state,
  });
  expect(post).toMatchObject({ exitCode: 0, log: '' });
  expect(observe(fixture)).toEqual({ ...before, status: '?? later/' });
});

test('no output at all is refused: the published directory is not emptied by mistake', async () => {
  const fixture = makeFixture({ files: OLD });
  const before = observe(fixture);
  const step = await publishDocs(fixture, { run: 'true' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('there is nothing to publish');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});
