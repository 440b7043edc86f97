/** A head that is detached, as actions/checkout leaves it for tags, commits and pull requests (clause 10). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { cloneWith, commitElsewhere, FILES, moveRemote, type TheirCommit } from '../support/checkouts.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, makeFixture } from '../support/repository.ts';
import type { StepResult } from '../support/runner.ts';

/** Publishes to `branch`, on which `theirs` is pushed while the step runs. The head must stay as it is. */
async function expectPublishedTo(
  fixture: Fixture,
  branch: string,
  theirs?: TheirCommit,
): Promise<StepResult> {
  const { workspace, bare } = fixture;
  const head = readFileSync(join(workspace, '.git/HEAD'), 'utf8');
  const index = git(workspace, 'ls-files', '--stage');
  const step = await publishDocs(fixture, { branch, ...(theirs && { 'validation-command': theirs.push }) });
  expect(step.exitCode, step.log).toBe(0);
  const sha = step.outputs['commit-sha']!;
  expect(git(bare, 'rev-parse', branch)).toBe(sha);
  expect(git(workspace, 'rev-parse', `refs/heads/${branch}`)).toBe(sha);
  if (theirs) expect(git(bare, 'rev-parse', `${branch}^`)).toBe(theirs.sha);
  expect(git(bare, 'show', `${branch}:docs/one.md`)).toBe('one');
  // What is checked out is another commit: head and index are not the branch's to move.
  expect(readFileSync(join(workspace, '.git/HEAD'), 'utf8')).toBe(head);
  expect(git(workspace, 'ls-files', '--stage')).toBe(index);
  const others = git(workspace, 'status', '--porcelain', '--', ':!docs');
  expect(others).toBe('');
  check(fixture);
  const again = await publishDocs(fixture, { branch, 'task-id': 'TASK-2' });
  expect(again.outputs, again.log).toMatchObject({ 'exit-code': '0', changed: 'false' });
  return step;
}

/** A clone whose head is detached at `main`; `local` is what `git branch` is told of. */
function makeDetached(local: readonly string[]): Fixture {
  const fixture = cloneWith([]);
  const { workspace, bare } = fixture;
  for (const name of ['here-and-there', 'there']) git(bare, 'branch', name, 'main');
  git(workspace, 'fetch', '--quiet');
  git(workspace, 'checkout', '--quiet', '--detach');
  for (const name of local) git(workspace, 'branch', '--quiet', '--no-track', name, 'HEAD');
  return fixture;
}

test('a branch that exists here and there is published to', async () => {
  await expectPublishedTo(makeDetached(['here-and-there']), 'here-and-there');
});

test('a branch that exists here and there and moves is followed', async () => {
  const fixture = makeDetached(['here-and-there']);
  await expectPublishedTo(fixture, 'here-and-there', commitElsewhere(fixture, undefined, 'here-and-there'));
});

test('a branch that exists on the remote alone is published to from where the remote has it', async () => {
  const fixture = makeDetached([]);
  const theirs = moveRemote(fixture, { 'ahead.txt': 'ahead\n' }, 'there');
  const step = await expectPublishedTo(fixture, 'there');
  expect(step.outputs['base-sha']).toBe(theirs);
  expect(git(fixture.bare, 'rev-parse', 'there^')).toBe(theirs);
});

test('a branch that exists on the remote alone and moves is followed', async () => {
  const fixture = makeDetached([]);
  await expectPublishedTo(fixture, 'there', commitElsewhere(fixture, undefined, 'there'));
});

test('a branch that exists nowhere begins at the head', async () => {
  const fixture = makeDetached([]);
  const head = git(fixture.workspace, 'rev-parse', 'HEAD');
  await expectPublishedTo(fixture, 'new/branch');
  expect(git(fixture.bare, 'rev-parse', 'new/branch^')).toBe(head);
});

test('a branch that begins here and cannot be pushed is gone again', async () => {
  const fixture = makeDetached([]);
  const before = observe(fixture);
  const branches = git(fixture.workspace, 'for-each-ref', 'refs/heads');
  git(fixture.bare, 'config', 'receive.denyCreates', 'true');
  git(fixture.bare, 'update-ref', 'refs/heads/new', 'main'); // In the way of a branch below it.
  const step = await publishDocs(fixture, { branch: 'new/branch' });
  git(fixture.bare, 'update-ref', '-d', 'refs/heads/new');
  expect(step.exitCode, step.log).toBe(65);
  expect(observe(fixture)).toEqual(before);
  expect(git(fixture.workspace, 'for-each-ref', 'refs/heads')).toBe(branches);
  check(fixture);
});

test('without a branch there is none to move: refused before anything is staged', async () => {
  const fixture = makeDetached([]);
  const before = observe(fixture);
  const step = await publishDocs(fixture);
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe('HEAD is detached and input branch is empty: no branch to move');
  expect(step.log).toContain('Give branch the name of the branch to publish to.');
  expect(step.log).not.toContain('::group::Produce');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

/** What actions/checkout makes for a pull request: one commit, the merge, and no branch at all. */
function makePullRequest(): Fixture {
  const fixture = cloneWith([], FILES);
  const { bare, root } = fixture;
  git(bare, 'branch', 'feature', 'main');
  moveRemote(fixture, { 'feature.txt': 'feature\n' }, 'feature');
  moveRemote(fixture, { 'a.txt': 'main went on\n' });
  const other = join(root, 'other');
  git(other, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'origin/feature');
  git(other, 'push', '--quiet', 'origin', 'HEAD:refs/pull/1/merge');
  const workspace = join(root, 'pull-request');
  git(root, 'init', '--quiet', workspace);
  git(workspace, 'remote', 'add', 'origin', `file://${bare}`);
  const ref = 'refs/remotes/pull/1/merge';
  git(workspace, 'fetch', '--quiet', '--no-tags', '--depth=1', 'origin', `+refs/pull/1/merge:${ref}`);
  git(workspace, 'checkout', '--quiet', '--force', ref);
  expect(git(workspace, 'for-each-ref', 'refs/heads')).toBe('');
  return { ...fixture, workspace };
}

test.each(['as it is', 'that moves'])(
  'the head branch of a pull request is published to, %s',
  async (how) => {
    const fixture = makePullRequest();
    const head = git(fixture.bare, 'rev-parse', 'feature');
    const theirs =
      how === 'that moves' ? commitElsewhere(fixture, { 'b.txt': 'b2\n' }, 'feature') : undefined;
    await expectPublishedTo(fixture, 'feature', theirs);
    expect(git(fixture.bare, 'rev-parse', theirs ? 'feature~2' : 'feature~1')).toBe(head);
    // Of the merge only the target goes to the branch, and the clone is as shallow as it was.
    expect(git(fixture.bare, 'show', 'feature:a.txt')).toBe('a');
    expect(git(fixture.workspace, 'rev-parse', '--is-shallow-repository')).toBe('true');
    for (const older of ['HEAD^', theirs ? 'feature~3' : 'feature~2']) {
      expect(gitSucceeds(fixture.workspace, 'rev-parse', '--verify', older), older).toBe(false);
    }
  },
);

test.each(['heads', 'tags'])(
  'a ref refs/%s/HEAD is not what HEAD is, where its branch has no commit yet',
  async (kind) => {
    const fixture = cloneWith([]);
    const { workspace } = fixture;
    const base = git(workspace, 'rev-parse', 'main');
    git(workspace, 'update-ref', `refs/${kind}/HEAD`, 'main');
    git(workspace, 'symbolic-ref', 'HEAD', 'refs/heads/fresh');
    const step = await publishDocs(fixture, { push: 'false' });
    expect(step.exitCode, step.log).toBe(0);
    expect(git(workspace, 'rev-parse', `refs/${kind}/HEAD`)).toBe(base);
    expect(git(workspace, 'rev-parse', 'refs/heads/fresh')).toBe(step.outputs['commit-sha']);
    expect(git(workspace, 'rev-parse', 'refs/heads/fresh^')).toBe(base);
  },
);

test.each([
  ['main/docs', 'refs/heads/main'],
  ['other', 'refs/heads/other/one'],
])('a branch %s that cannot be made beside %s is refused before anything is done', async (branch, other) => {
  const fixture = makeFixture();
  git(fixture.workspace, 'branch', 'other/one');
  const step = await publishDocs(fixture, { branch });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(
    `input branch holds "${branch}", which git cannot make while there is "${other}"`,
  );
  expect(step.log).not.toContain('::group::Produce');
  check(fixture);
});

test('without a temporary directory of the runner nothing is left in the working tree', async () => {
  const fixture = makeFixture();
  const step = await publishDocs(fixture, {}, { env: { RUNNER_TEMP: '' } });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.workspace, 'status', '--porcelain')).toBe('');
});
