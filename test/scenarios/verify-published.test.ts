/** `mode: verify` of trees that are as they were published: whatever happened elsewhere, it says yes. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../support/check.ts';
import { cloneWith, FILES, moveRemote } from '../support/checkouts.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { commitAll, expectNo, expectYes, makePublished, OLD, RUN, verify } from '../support/published.ts';
import { git, makeFixture, temporaryDirectory, write } from '../support/repository.ts';

describe('a tree that is as it was published', () => {
  test('is verified, and the outputs say what it is', async () => {
    const fixture = makeFixture({ files: OLD });
    const published = await publishDocs(fixture, { run: RUN });
    const temp = temporaryDirectory();
    const step = await expectYes(fixture, {}, { temp });
    const names = ['transaction-id', 'commit-sha', 'base-sha', 'target', 'manifest-path', 'manifest-sha256'];
    for (const name of [...names, 'files', 'bytes']) {
      expect(step.outputs[name], name).toBe(published.outputs[name]);
    }
    expect(step.outputs).toMatchObject({ 'exit-code': '0', changed: 'false', state: '', pushed: 'false' });
    expect(Object.keys(step.outputs).sort()).toEqual(Object.keys(published.outputs).sort());
    const sums = step.outputs['checksums']!;
    expect(readFileSync(sums, 'utf8')).toBe(readFileSync(published.outputs['checksums']!, 'utf8'));
    execFileSync('sha256sum', ['--check', '--strict', sums], { cwd: join(fixture.workspace, 'docs') });
    expect(readdirSync(temp).filter((name) => name.startsWith('atomic-verify-'))).toEqual([]);
    for (const group of ['Recover', 'Manifest', 'Files', 'Commit', 'HEAD']) {
      expect(step.log).toMatch(new RegExp(`::group::${group}\\n[\\s\\S]*${group}: done in \\d`));
    }
    expect(step.summary).toMatch(/^## ✅ VERIFIED\n/);
    expect(step.summary).toContain(published.outputs['commit-sha']);
    check(fixture);
  });

  test('is verified whatever the user has changed and staged elsewhere', async () => {
    const fixture = await makePublished();
    write(fixture.workspace, { 'src/input.txt': 'changed\n', 'new.txt': 'new\n' });
    git(fixture.workspace, 'add', 'new.txt');
    await expectYes(fixture);
  });

  test('is verified by the commit that published it after commits elsewhere and on a detached HEAD', async () => {
    const fixture = await makePublished();
    const sha = git(fixture.workspace, 'rev-parse', 'HEAD');
    write(fixture.workspace, { 'src/input.txt': 'later\n' });
    commitAll(fixture, 'later');
    git(fixture.workspace, 'checkout', '--quiet', '--detach');
    expect((await expectYes(fixture)).outputs['commit-sha']).toBe(sha);
  });

  test('is verified where a merge brought it', async () => {
    const fixture = makeFixture({ files: OLD });
    git(fixture.workspace, 'checkout', '--quiet', '-b', 'topic');
    const published = await publishDocs(fixture, { run: RUN });
    git(fixture.workspace, 'checkout', '--quiet', 'main');
    write(fixture.workspace, { 'src/input.txt': 'main\n' });
    commitAll(fixture, 'on main');
    git(fixture.workspace, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'topic');
    expect((await expectYes(fixture)).outputs['commit-sha']).toBe(published.outputs['commit-sha']);
  });

  test('is verified when its commit was made again on a remote that had moved', async () => {
    const fixture = cloneWith([], FILES);
    const theirs = moveRemote(fixture);
    const published = await publishDocs(fixture, { run: RUN });
    expect(published.exitCode, published.log).toBe(0);
    expect(git(fixture.workspace, 'rev-parse', 'HEAD^')).toBe(theirs);
    const step = await expectYes(fixture);
    expect(step.outputs['commit-sha']).toBe(published.outputs['commit-sha']);
    expect(step.outputs['base-sha']).not.toBe(theirs);
  });

  test('is verified after a first publish that was made again on a remote that had moved', async () => {
    const fixture = cloneWith([], { 'a.txt': 'a\n' });
    moveRemote(fixture, { 'a.txt': 'theirs\n' });
    expect((await publishDocs(fixture, { run: RUN, target: 'site/docs' })).exitCode).toBe(0);
    await expectYes(fixture, { target: 'site/docs' });
  });

  test('is verified when it was cherry-picked to where a replay could have put it, and not elsewhere', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const sha = git(workspace, 'rev-parse', 'HEAD');
    git(workspace, 'checkout', '--quiet', '-b', 'onward', `${sha}^`);
    write(workspace, { 'src/input.txt': 'onward\n' });
    commitAll(fixture, 'onward');
    git(workspace, 'cherry-pick', '-x', sha);
    await expectYes(fixture);
    git(workspace, 'checkout', '--quiet', '--orphan', 'other', `${sha}^`);
    commitAll(fixture, 'the same files, another history');
    git(workspace, 'cherry-pick', sha);
    await expectNo(fixture, /to which [0-9a-f]{40}, the base that the manifest names, does not lead$/);
  });

  test('is not verified when the commit was put where others had changed the target', async () => {
    const fixture = await makePublished();
    const { workspace } = fixture;
    const sha = git(workspace, 'rev-parse', 'HEAD');
    git(workspace, 'checkout', '--quiet', '-b', 'onward', `${sha}^`);
    write(workspace, { 'docs/theirs.md': 'theirs\n' });
    commitAll(fixture, 'theirs');
    rmSync(join(workspace, 'docs/theirs.md'));
    git(workspace, 'rm', '--quiet', '--cached', 'docs/theirs.md');
    git(workspace, 'cherry-pick', '--no-commit', sha);
    git(workspace, 'commit', '--quiet', '-C', sha);
    await expectNo(fixture, /others changed the target$/);
  });

  test('is verified by the earlier commit when a later publish was reverted', async () => {
    const fixture = makeFixture({ files: OLD });
    const first = await publishDocs(fixture, { run: RUN });
    expect((await publishDocs(fixture, { 'task-id': 'TASK-2' })).exitCode).toBe(0);
    const revert = await operate(fixture, '', { mode: 'rollback' });
    expect(revert.exitCode, revert.log).toBe(0);
    const step = await expectYes(fixture);
    expect(step.outputs['commit-sha']).toBe(first.outputs['commit-sha']);
    const shallow = join(fixture.root, 'shallow');
    git(fixture.root, 'clone', '--quiet', '--depth=2', `file://${fixture.bare}`, shallow);
    const short = await verify({ workspace: shallow });
    expect(short.exitCode, short.log).toBe(65);
    expect(short.outputs['reason']).toContain('is shallow');
  });

  test('is verified after operations with phases that left it alone, and not after one that edits it', async () => {
    const fixture = await makePublished();
    const sha = git(fixture.workspace, 'rev-parse', 'HEAD');
    const outside = await operate(fixture, 'echo more >> src/input.txt', { history: 'phases' });
    expect(outside.exitCode, outside.log).toBe(0);
    expect((await expectYes(fixture)).outputs['commit-sha']).toBe(sha);
    await operate(fixture, 'echo more >> docs/one.md', { history: 'phases', 'task-id': 'TASK-3' });
    await expectNo(fixture, /"one.md" was altered: 9 bytes instead of 4$/);
  });

  test('is verified with line endings that git converts, through filters, and with ignored outputs', async () => {
    const files = {
      ...OLD,
      '.gitattributes': '* text=auto eol=crlf\n*.up filter=up\n',
      '.gitignore': '*.log\n',
    };
    const fixture = makeFixture({ files });
    git(fixture.workspace, 'config', 'filter.up.clean', 'tr a-z A-Z');
    git(fixture.workspace, 'config', 'filter.up.smudge', 'tr A-Z a-z');
    const run = `cd "$ATOMIC_STAGING"; printf 'a\\nb\\n' > lf.md; printf 'a\\r\\n' > crlf.md; echo up > x.up; echo l > b.log`;
    expect((await publishDocs(fixture, { run })).exitCode).toBe(0);
    expect(git(fixture.workspace, 'show', 'HEAD:docs/x.up')).toBe('UP');
    await expectYes(fixture);
  });

  test('is verified under CRLF that git holds and does not convert', async () => {
    const files = { ...FILES, 'docs/crlf.md': 'old\r\n' };
    const fixture = cloneWith(['--config', 'core.autocrlf=true'], files);
    const run = `cd "$ATOMIC_STAGING"; printf 'a\\r\\n' > crlf.md; printf 'a\\nb\\n' > lf.md`;
    expect((await publishDocs(fixture, { run })).exitCode).toBe(0);
    expect(git(fixture.workspace, 'cat-file', '-s', 'HEAD:docs/crlf.md')).toBe('3');
    await expectYes(fixture);
  });

  test('is verified under names that git could read as patterns, with another manifest', async () => {
    const fixture = makeFixture();
    const own = { target: ':(glob)si*e/[d]ocs', manifest: ':list.json' };
    expect((await publishDocs(fixture, { run: RUN, ...own })).exitCode).toBe(0);
    await expectYes(fixture, own);
  });
});

test('a tree in a repository of SHA-256 is verified', async () => {
  const fixture = makeFixture({ files: OLD, init: ['--object-format=sha256'] });
  expect((await publishDocs(fixture, { run: RUN })).exitCode).toBe(0);
  expect((await expectYes(fixture)).outputs['base-sha']).toHaveLength(64);
});
