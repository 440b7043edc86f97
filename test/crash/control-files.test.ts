/** The files that steer git go back to what they were, and what stood in them is kept: a user may have written it since. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRepository } from '../support/check.ts';
import { runPost } from '../support/crash.ts';
import { FILES } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, gitSucceeds, makeFixture, write } from '../support/repository.ts';

const ID = { 'transaction-id': 'dead' };
const REF = 'refs/atomic/dead/control';
const DYING = 'echo A > a.txt; kill -9 $PPID; sleep 1';

test('what the user configured and excluded since an operation died is kept, and named', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const config = join(workspace, '.git/config');
  const before = readFileSync(config, 'utf8');
  await operate(fixture, DYING, ID);
  git(workspace, 'config', 'user.email', 'me@example.org');
  git(workspace, 'remote', 'add', 'fork', '/somewhere/else');
  write(workspace, { '.git/info/exclude': 'scratch-\xe9/\n' });
  const stood = readFileSync(config, 'utf8');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(post.log).toContain(`git show ${REF}`);
  expect(readFileSync(config, 'utf8')).toBe(before);
  const kept = git(workspace, 'show', REF);
  for (const text of [`# ${config}\n`, stood, '[remote "fork"]\n', 'scratch-\xe9/\n'])
    expect(kept).toContain(text);
  checkRepository(fixture);
});

test('where none of them differs nothing is kept, and nothing said', async () => {
  const fixture = makeFixture({ files: FILES });
  await operate(fixture, DYING, ID);
  const post = await runPost(fixture, { target: '' });
  expect(post.log).not.toContain('configuration');
  expect(gitSucceeds(fixture.workspace, 'rev-parse', '--verify', '--quiet', REF)).toBe(false);
});

test('what an operation configured is kept, and the secrets in it are not', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  git(workspace, 'config', 'http.https://github.com/.extraheader', 'AUTHORIZATION: basic c2VjcmV0');
  const mine = 'git remote add mine https://me:secret@example.org/x; git config alias.x "!true"';
  const step = await operate(fixture, `${mine}; exit 1`, ID);
  expect(step.exitCode, step.log).toBe(65);
  const kept = git(workspace, 'show', REF);
  expect(kept).toContain('url = https://example.org/x\n');
  expect(kept).toContain('x = !true\n');
  expect(kept).not.toMatch(/secret|c2VjcmV0/);
  expect(git(workspace, 'config', 'http.https://github.com/.extraheader')).toContain('c2VjcmV0');
});

test('a configuration that git cannot read is kept, too', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const step = await operate(fixture, 'echo "[not a section" >> .git/config; exit 1', ID);
  expect(step.exitCode, step.log).toBe(65);
  expect(git(workspace, 'show', REF)).toContain('[not a section\n');
});

test.each([
  'before create config.lock',
  'after rename config.lock',
  'after git hash-object',
  'after git update-ref',
])('a recovery that dies %s loses nothing of it', async (point) => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  await operate(fixture, DYING, ID);
  git(workspace, 'config', 'user.email', 'first@example.org');
  const died = await runPost(fixture, { target: '' }, { env: { ATOMIC_FUSE: point } });
  expect(died.signal).toBe('SIGKILL');
  git(workspace, 'config', 'user.name', 'Second');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  const kept = git(workspace, 'show', REF);
  for (const text of ['first@example.org', 'name = Second']) expect(kept).toContain(text);
  checkRepository(fixture);
});

test('it goes with the checkpoints, and what a power cut left of the ref and its lock goes at once', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  await operate(fixture, DYING, ID);
  const ref = join(workspace, '.git', REF);
  for (const path of [ref, `${ref}.lock`]) writeFileSync(path, '');
  git(workspace, 'config', 'user.email', 'me@example.org');
  const post = await runPost(fixture, { target: '' });
  expect(post.exitCode, post.log).toBe(0);
  expect(git(workspace, 'show', REF)).toContain('me@example.org');
  await operate(fixture, 'exit 1', { checkpoints: '1' });
  expect(git(workspace, 'for-each-ref', 'refs/atomic/dead')).toBe('');
  expect(existsSync(ref)).toBe(false);
});
