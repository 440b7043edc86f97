/** A clone that does not have its whole history, and a process that died during its push. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, observe } from '../support/check.ts';
import { crashFixture, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git, write } from '../support/repository.ts';

/** A clone of one commit of two, as `actions/checkout` makes it. */
function makeShallow(): Fixture {
  const { root, bare, workspace: full } = crashFixture();
  write(full, { 'a.txt': 'b\n' });
  git(full, 'commit', '--quiet', '--all', '--message', 'second');
  git(full, 'push', '--quiet', bare, 'main');
  const workspace = join(root, 'shallow');
  git(root, 'clone', '--quiet', '--depth=1', `file://${bare}`, workspace);
  return { root, bare, workspace };
}

async function die(fixture: Fixture, point: string): Promise<void> {
  const died = await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: point } });
  expect(died.signal).toBe('SIGKILL');
}

/** Others push `count` commits on `start`, and the next job checks the last of them out, and no other. */
function moveOn({ root, bare, workspace }: Fixture, start: string[], count: number): void {
  const other = join(root, 'other');
  git(root, 'clone', '--quiet', bare, other);
  git(other, 'checkout', '--quiet', ...start);
  for (let n = 0; n < count; n += 1) git(other, 'commit', '--quiet', '--allow-empty', '--message', `${n}`);
  git(other, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
  git(workspace, 'fetch', '--quiet', '--depth=1', 'origin', 'main');
}

test('the commit is found below more commits than were fetched: forward', async () => {
  const fixture = makeShallow();
  await die(fixture, 'after git push');
  moveOn(fixture, ['main'], 60);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(post.outputs).toMatchObject({ state: 'COMMITTED', pushed: 'true' });
  expect(git(fixture.bare, 'rev-parse', 'main~60')).toBe(post.outputs['commit-sha']);
});

test.each([
  ['', ['main']],
  [' after its history was written anew', ['--orphan', 'new']],
])('a remote that moved on without it%s has it rolled back', async (_, start) => {
  const fixture = makeShallow();
  const { remote: _remote, ...before } = observe(fixture);
  await die(fixture, 'before git push');
  moveOn(fixture, start, 60);
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(post.outputs).toMatchObject({ state: 'ROLLED_BACK' });
  expect(observe(fixture)).toMatchObject(before);
  check(fixture);
});
