/** A tag moves with the branch, in the same push, or not at all. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { moveRemote } from '../support/checkouts.ts';
import { runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

const files = { 'docs/one.md': 'old\n', 'a.txt': 'a\n' };

const tagAt = (directory: string, tag: string) =>
  gitSucceeds(directory, 'rev-parse', '--verify', '--quiet', `refs/tags/${tag}`)
    ? git(directory, 'rev-parse', `refs/tags/${tag}`)
    : undefined;

function rejectRef(fixture: Fixture, ref: string): void {
  write(fixture.bare, {
    'hooks/update': `#!/bin/sh\n[ "$1" != "${ref}" ] || { echo "not this one" >&2; exit 1; }\n`,
  });
  chmodSync(join(fixture.bare, 'hooks/update'), 0o755);
}

test('branch and tag arrive together, here and on the remote', async () => {
  const fixture = makeFixture({ files });
  const step = await publishDocs(fixture, { tag: 'v1.2.3' });
  expect(step.exitCode, step.log).toBe(0);
  const sha = step.outputs['commit-sha'];
  for (const directory of [fixture.bare, fixture.workspace]) {
    expect(git(directory, 'rev-parse', 'main')).toBe(sha);
    expect(tagAt(directory, 'v1.2.3')).toBe(sha);
  }
  check(fixture);
});

test('a tag that stands on what is published already is nothing to change', async () => {
  const fixture = makeFixture({ files });
  const first = await publishDocs(fixture, { tag: 'v1' });
  const again = await publishDocs(fixture, { tag: 'v1', 'task-id': 'TASK-2' });
  expect(again.exitCode, again.log).toBe(0);
  expect(again.outputs['changed']).toBe('false');
  expect(tagAt(fixture.bare, 'v1')).toBe(first.outputs['commit-sha']);
  check(fixture);
});

test('a tag that is missing is made also when no output changed', async () => {
  const fixture = makeFixture({ files });
  expect((await publishDocs(fixture)).exitCode).toBe(0);
  const step = await publishDocs(fixture, { tag: 'v1', 'task-id': 'TASK-2' });
  expect(step.outputs).toMatchObject({ changed: 'true', 'exit-code': '0' });
  expect(tagAt(fixture.bare, 'v1')).toBe(step.outputs['commit-sha']);
  expect(git(fixture.bare, 'diff', '--name-only', 'main~', 'main')).toBe('docs/atomic-manifest.json');
  check(fixture);
});

test.each(['lightweight', 'annotated'])(
  'a %s tag that stands elsewhere on the remote is refused',
  async (kind) => {
    const fixture = makeFixture({ files });
    git(fixture.bare, 'tag', ...(kind === 'annotated' ? ['--annotate', '-m', 'old'] : []), 'v1', 'main');
    const base = git(fixture.bare, 'rev-parse', 'main');
    const before = observe(fixture);
    const step = await publishDocs(fixture, { tag: 'v1' });
    expect(step.exitCode).toBe(65);
    expect(step.outputs['reason']).toBe(`input tag holds "v1", which remote "origin" has at ${base} already`);
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  },
);

test.each(['true', 'false'])('a tag that only this clone has is refused with push %s', async (push) => {
  const fixture = makeFixture({ files });
  git(fixture.workspace, 'tag', 'v1');
  const before = observe(fixture);
  const step = await publishDocs(fixture, { tag: 'v1', push });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toContain('input tag holds "v1", which this clone has at');
  expect(observe(fixture)).toEqual(before);
  check(fixture);
});

test.each(['refs/heads/main', 'refs/tags/v1'])(
  'a server that rejects %s alone gets neither branch nor tag',
  async (ref) => {
    const fixture = makeFixture({ files });
    rejectRef(fixture, ref);
    const before = observe(fixture);
    const step = await publishDocs(fixture, { tag: 'v1' });
    expect(step.exitCode, step.log).toBe(65);
    expect(step.log).toContain('not this one');
    expect(tagAt(fixture.workspace, 'v1')).toBeUndefined();
    expect(observe(fixture)).toEqual(before);
    check(fixture);
  },
);

test('a tag that someone else makes during the run keeps its place: 65, and nothing moved', async () => {
  const fixture = makeFixture({ files });
  const before = observe(fixture);
  const step = await publishDocs(fixture, {
    tag: 'v1',
    'validation-command': `git -C "${fixture.bare}" tag v1 main`,
  });
  expect(step.exitCode, step.log).toBe(65);
  expect(git(fixture.bare, 'rev-parse', 'v1', 'main').split('\n')).toEqual([before.branch, before.branch]);
  expect(observe(fixture)).toEqual({ ...before, remote: expect.any(String) });
  expect(tagAt(fixture.workspace, 'v1')).toBeUndefined();
  check(fixture);
});

test('a replayed commit takes its tag along', async () => {
  const fixture = makeFixture({ files });
  moveRemote(fixture, { 'a.txt': 'theirs\n' });
  const step = await publishDocs(fixture, { tag: 'v1' });
  expect(step.exitCode, step.log).toBe(0);
  for (const directory of [fixture.bare, fixture.workspace]) {
    expect(tagAt(directory, 'v1')).toBe(step.outputs['commit-sha']);
    expect(git(directory, 'rev-parse', 'main')).toBe(step.outputs['commit-sha']);
  }
  check(fixture);
});

test('without a push the tag is made with the branch, and gone when the publish is rolled back', async () => {
  const fixture = makeFixture({ files });
  const failed = await publishDocs(fixture, { tag: 'v1', push: 'false', 'validation-command': 'false' });
  expect(failed.exitCode).toBe(65);
  expect(tagAt(fixture.workspace, 'v1')).toBeUndefined();
  const step = await publishDocs(fixture, { tag: 'v1', push: 'false' });
  expect(step.exitCode, step.log).toBe(0);
  expect(tagAt(fixture.workspace, 'v1')).toBe(step.outputs['commit-sha']);
  expect(tagAt(fixture.bare, 'v1')).toBeUndefined();
  const again = await publishDocs(fixture, { tag: 'v1', push: 'false', 'task-id': 'TASK-2' });
  expect(again.outputs['changed']).toBe('false');
  const next = await publishDocs(fixture, { tag: 'v2', push: 'false', 'task-id': 'TASK-3' });
  expect(tagAt(fixture.workspace, 'v2')).toBe(next.outputs['commit-sha']);
});

test.each([
  'after git update-ref',
  'before ledger PUSHING',
  'after ledger PUSHING',
  'after git push',
  'after ledger COMMITTED',
])('a publish with a tag that dies %s has both refs or none after the next step', async (point) => {
  const fixture = makeFixture({ files });
  const before = observe(fixture);
  const died = await publishDocs(fixture, { tag: 'v1' }, { env: { ATOMIC_FUSE: point } });
  expect(died.signal).toBe('SIGKILL');
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  const after = observe(fixture);
  const isNew = after.branch !== before.branch;
  for (const directory of [fixture.bare, fixture.workspace]) {
    expect(tagAt(directory, 'v1')).toBe(isNew ? after.branch : undefined);
    expect(git(directory, 'rev-parse', 'main')).toBe(after.branch);
  }
  check(fixture);
});

test.each([
  ['a..b', '65', 'input tag holds "a..b"; it may hold the name of a tag'],
  ['-x', '65', 'input tag holds "-x"'],
])('%j is refused as a tag', async (tag, code, reason) => {
  const fixture = makeFixture({ files });
  const step = await publishDocs(fixture, { tag });
  expect(step.outputs['exit-code']).toBe(code);
  expect(step.outputs['reason']).toContain(reason);
  expect(step.log).toContain('git help check-ref-format has the rules');
});
