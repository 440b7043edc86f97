/** Why a rollback is refused, and by whom the path was changed since. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FILES, rollBack } from '../support/operation.ts';
import { operate, publishDocs } from '../support/publish.ts';
import { git, makeFixture, write } from '../support/repository.ts';
import { shadowGit } from '../support/shadow.ts';

const CHANGED = 'transaction first cannot be reverted: "a.txt" was changed since';

test('in a fresh clone a transaction that was reverted is said to be', async () => {
  const fixture = makeFixture({ files: FILES });
  await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'first' });
  const undone = await rollBack(fixture, { 'rollback-to': 'first', 'transaction-id': 'undo' });
  expect(undone.exitCode, undone.log).toBe(0);
  const workspace = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, workspace);
  const step = await rollBack({ ...fixture, workspace }, { 'rollback-to': 'first' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe('transaction first was reverted by undo already');
});

test('what the user changed in the working tree is not put down to a later transaction', async () => {
  const fixture = makeFixture({ files: { ...FILES, 'docs/one.md': 'old\n' } });
  await publishDocs(fixture, { 'transaction-id': 'first' });
  await publishDocs(fixture, { run: 'echo two > "$ATOMIC_STAGING/one.md"', 'transaction-id': 'second' });
  const undone = await rollBack(fixture, { 'rollback-to': 'second', 'transaction-id': 'undo' });
  expect(undone.exitCode, undone.log).toBe(0);
  write(fixture.workspace, { 'docs/one.md': 'mine\n' });
  const step = await rollBack(fixture, { 'rollback-to': 'first', 'task-id': 'UNDO-2' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(
    'transaction first cannot be reverted: "docs/one.md" was changed since',
  );
  expect(step.log).toContain('Take that change back first');
});

test.each([
  ['of several transactions', 'Transaction-ID: s1\nTransaction-ID: s2'],
  ['whose trailer is no id', 'Transaction-ID: nobody, see below\n  ::error::forged'],
])('a commit %s names none', async (_, trailers) => {
  const fixture = makeFixture({ files: FILES });
  await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'first' });
  write(fixture.workspace, { 'a.txt': 'AA\n' });
  git(fixture.workspace, 'commit', '--quiet', '--all', '--message', `feat: more\n\n${trailers}`);
  const step = await rollBack(fixture, { 'rollback-to': 'first' });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(CHANGED);
});

test('where git cannot say who changed it, the refusal is the same', async () => {
  const fixture = makeFixture({ files: FILES });
  await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'first' });
  await operate(fixture, 'echo B > a.txt', { 'transaction-id': 'second' });
  const PATH = shadowGit('*..HEAD*', 'exit 128');
  const step = await rollBack(fixture, { 'rollback-to': 'first' }, { PATH });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(CHANGED);
});

test('a commit at the edge of a shallow clone has not changed everything', async () => {
  const fixture = makeFixture({ files: FILES });
  const first = await operate(fixture, 'echo A > a.txt', { 'transaction-id': 'first' });
  await operate(fixture, 'echo B > a.txt', { 'transaction-id': 'second' });
  await operate(fixture, 'echo C > other.txt', { 'transaction-id': 'third' });
  const workspace = join(fixture.root, 'other');
  git(fixture.bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(fixture.root, 'clone', '--quiet', '--depth=1', `file://${fixture.bare}`, workspace);
  const commit = first.outputs['commit-sha']!;
  git(workspace, 'fetch', '--quiet', '--depth=2', 'origin', commit);
  const step = await rollBack({ ...fixture, workspace }, { 'rollback-to': commit });
  expect(step.exitCode).toBe(65);
  expect(step.outputs['reason']).toBe(CHANGED);
});
