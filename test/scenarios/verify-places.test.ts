import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../support/check.ts';
import { cloneWith, FILES, moveRemote } from '../support/checkouts.ts';
import { pathWithout } from '../support/filesystems.ts';
import { publishDocs } from '../support/publish.ts';
import { expectNo, expectYes, makePublished, RUN, verify } from '../support/published.ts';
import { git, temporaryDirectory, write } from '../support/repository.ts';

describe('where it runs', () => {
  test.each([
    { machine: 'outside of any repository', hidden: [] },
    { machine: 'on a machine without git', hidden: ['git'] },
  ])('with commit false the directory alone is verified $machine', async ({ hidden }) => {
    const workspace = join(temporaryDirectory(), 'work');
    mkdirSync(workspace);
    const env = { PATH: pathWithout(...hidden) };
    expect((await publishDocs({ workspace }, { run: RUN, commit: 'false' }, { env })).exitCode).toBe(0);
    const step = await verify({ workspace }, { commit: 'false' }, { env });
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ 'commit-sha': '', 'base-sha': '', files: '4' });
    expect(step.summary).toContain('VERIFIED');
    write(workspace, { 'docs/x': '' });
    expect((await verify({ workspace }, { commit: 'false' }, { env })).exitCode).toBe(63);
  });

  test('a shallow clone that ends at the commit that published is enough', async () => {
    const fixture = await makePublished();
    const workspace = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=1', `file://${fixture.bare}`, workspace);
    const step = await expectYes({ ...fixture, workspace });
    expect(step.outputs['commit-sha']).toBe(git(fixture.workspace, 'rev-parse', 'HEAD'));
    // What is altered is told, history or not.
    write(workspace, { 'docs/one.md': 'One\n' });
    await expectNo({ ...fixture, workspace }, /"one.md" was altered/);
  });

  test('a shallow clone that ends later needs more history, and says so', async () => {
    const fixture = await makePublished();
    await publishDocs(fixture, { target: 'api', 'task-id': 'TASK-2' });
    const workspace = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=1', `file://${fixture.bare}`, workspace);
    const step = await verify({ workspace });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(
      /^not verified: this clone is shallow, and the commit that published/,
    );
    expect(step.log).toContain('fetch-depth: 0');
    git(workspace, 'fetch', '--quiet', '--unshallow');
    await expectYes({ ...fixture, workspace });
  });

  test('a shallow clone without the base of a replayed commit needs more history', async () => {
    const fixture = cloneWith([], FILES);
    moveRemote(fixture);
    expect((await publishDocs(fixture, { run: RUN })).exitCode).toBe(0);
    const workspace = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=2', `file://${fixture.bare}`, workspace);
    const step = await verify({ workspace });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(/the base of the manifest, leads to [0-9a-f]{40} cannot be told$/);
  });

  test('a crash that left a publish half done is settled first', async () => {
    const fixture = await makePublished();
    const env = { ATOMIC_FUSE: 'before ledger PUBLISHED' };
    const died = await publishDocs(fixture, { 'task-id': 'TASK-2', 'transaction-id': 'killed' }, { env });
    expect(died.signal).toBe('SIGKILL');
    const step = await verify(fixture);
    expect(step.exitCode, step.log).toBe(0);
    expect(step.outputs).toMatchObject({ state: 'ROLLED_BACK', files: '4' });
    expect(step.log).toContain('Transaction killed is settled: ROLLED_BACK, the process died;');
    expect(step.summary).toContain('| settled | killed &#40;TASK-2&#41;&#58; ROLLED_BACK, the process died');
    check(fixture);
  });

  test.each([
    ['no target', { target: '' }, /^input target is empty; it may hold the published directory to verify$/],
    ['the workspace', { target: '.' }, /it may hold a directory inside the workspace$/],
    ['a place outside', { target: '..' }, /it may hold a directory inside the workspace$/],
    [
      'a place outside that is not there',
      { target: '../nowhere' },
      /it may hold a directory inside the workspace$/,
    ],
    [
      'a path for the manifest',
      { manifest: 'a/b.json' },
      /^input manifest holds "a\/b.json"; it may hold one file/,
    ],
    ['another word for false', { commit: 'no' }, /^input commit holds "no"; it may hold true or false$/],
  ])('%s is bad input: 65', async (_, inputs, words) => {
    const fixture = await makePublished();
    const step = await verify(fixture, inputs);
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toMatch(words);
  });

  test('a target that is missing is that also where the workspace is a symlink', async () => {
    const fixture = await makePublished();
    const target = join(fixture.workspace, 'docs');
    rmSync(target, { recursive: true });
    const workspace = join(fixture.root, 'link');
    symlinkSync(fixture.workspace, workspace);
    const step = await verify({ workspace }, { target });
    expect(step.exitCode, step.log).toBe(63);
    expect(step.outputs['reason']).toContain('does not exist');
  });

  test('a target of another repository, or of none, is bad input unless the directory alone is asked for', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const inner = join(workspace, 'inner');
    mkdirSync(inner);
    git(inner, 'init', '--quiet');
    const step = await verify(fixture, { 'working-directory': 'inner', target: '../docs' });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.outputs['reason']).toContain('a directory inside the repository');
    rmSync(join(workspace, '.git'), { recursive: true });
    expect((await verify(fixture)).outputs['reason']).toContain('is not in a working tree of git');
    expect((await verify(fixture, { commit: 'false' })).exitCode).toBe(0);
  });

  test('a linked worktree, and a workspace whose path holds colons and quotes, are verified', async () => {
    const fixture = await makePublished();
    const linked = join(fixture.root, 'linked');
    git(fixture.workspace, 'worktree', 'add', '--quiet', '--detach', linked);
    await expectYes({ ...fixture, workspace: linked });
    git(fixture.workspace, 'worktree', 'remove', '--force', linked);
    const odd = join(fixture.root, 'a:b "c');
    cpSync(fixture.workspace, odd, { recursive: true, verbatimSymlinks: true });
    await expectYes({ ...fixture, workspace: odd });
  });
});
