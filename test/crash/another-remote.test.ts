/** A remote that was given another URL since a push: only the one that was pushed to can say what came of it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerRows, observe } from '../support/check.ts';
import { crashFixture, expectOldOrNew, runPost } from '../support/crash.ts';
import { publishDocs } from '../support/publish.ts';
import { type Fixture, git } from '../support/repository.ts';
import { serveGit } from '../support/server.ts';

/** Gives the name `origin` to another remote, which is empty. Returns its URL. */
function renameOrigin({ root, workspace }: Fixture): string {
  const fork = join(root, 'fork.git');
  git(root, 'init', '--quiet', '--bare', fork);
  git(workspace, 'remote', 'rename', 'origin', 'upstream');
  git(workspace, 'remote', 'add', 'origin', fork);
  return fork;
}

test.each([
  'after git push', // It has landed.
  'after ledger PUSHING', // Nothing was sent.
])('a push is in doubt while origin is another remote than it went to (%s)', async (point) => {
  const fixture = crashFixture();
  const { workspace, bare } = fixture;
  const before = observe(fixture);
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: point } });
  const fork = renameOrigin(fixture);
  const left = observe(fixture);
  for (const step of [await runPost(fixture), await publishDocs(fixture, { 'task-id': 'TASK-2' })]) {
    expect(step.exitCode, step.log).toBe(66);
    const why = `is in doubt: it pushed to "${bare}", and remote "origin" is "${fork}" now`;
    expect(step.outputs['reason']).toContain(why);
    expect(step.log).toContain('Give remote "origin" that URL back');
  }
  expect(observe(fixture)).toEqual(left);
  expect(git(fork, 'for-each-ref')).toBe('');
  git(workspace, 'remote', 'remove', 'origin');
  const gone = await runPost(fixture);
  expect(gone.outputs['reason']).toContain('remote "origin" is gone');
  git(workspace, 'remote', 'rename', 'upstream', 'origin');
  const post = await runPost(fixture);
  expect(post.exitCode, post.log).toBe(0);
  expect(ledgerRows(workspace)[0]).toMatchObject({ state: 'COMMITTED' });
  expect(expectOldOrNew(fixture, before)).toBe('new');
});

test('a URL with another password is the same remote, and no password is written or said', async () => {
  const fixture = crashFixture();
  const { workspace } = fixture;
  const server = await serveGit({ root: fixture.root });
  const url = (password: string, path = 'origin.git') =>
    `${server.url.replace('//', `//x:${password}@`)}/${path}`;
  git(workspace, 'remote', 'set-url', 'origin', url('secret-1'));
  await publishDocs(fixture, {}, { env: { ATOMIC_FUSE: 'after git push' } });
  git(workspace, 'remote', 'set-url', 'origin', url('secret-2', 'fork.git'));
  const asked = await runPost(fixture);
  expect(asked.exitCode).toBe(66);
  expect(asked.log).not.toContain('secret');
  git(workspace, 'remote', 'set-url', 'origin', url('secret-3'));
  const post = await runPost(fixture);
  await server.close();
  expect(post.exitCode, post.log).toBe(0);
  expect(ledgerRows(workspace)[0]).toMatchObject({ state: 'COMMITTED' });
});
