/** Rollback on request in a clone that did not publish: the history says what the ledger does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRepository } from '../support/check.ts';
import { FILES, rollBack } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

const EDIT = 'echo A > a.txt; echo new > made.txt; rm b.txt; chmod +x dir/c.txt';

test('in another clone a commit of a transaction is reverted by its trailer', async () => {
  const fixture = makeFixture({ files: FILES });
  const first = await operate(fixture, EDIT);
  const workspace = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, workspace);
  const other = { ...fixture, workspace };
  const step = await rollBack(other, { 'rollback-to': first.outputs['commit-sha']! });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'rev-parse', 'main^{tree}')).toBe(git(fixture.bare, 'rev-parse', 'main~2^{tree}'));
  checkRepository(other);
});

test('in a fresh clone the id of a transaction is found in the history', async () => {
  const fixture = makeFixture({ files: FILES });
  const first = await operate(fixture, EDIT);
  const workspace = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, workspace);
  const step = await rollBack({ ...fixture, workspace }, { 'rollback-to': first.outputs['transaction-id']! });
  expect(step.exitCode, step.log).toBe(0);
  expect(git(fixture.bare, 'rev-parse', 'main^{tree}')).toBe(git(fixture.bare, 'rev-parse', 'main~2^{tree}'));
});

test('in a fresh clone an id that begins like another, or that a message only speaks of, is not that one', async () => {
  const fixture = makeFixture({ files: FILES });
  expect((await operate(fixture, EDIT, { 'transaction-id': 'a1' })).exitCode).toBe(0);
  const message = 'feat: more\n\nIt goes on from Transaction-ID: a1 alone.';
  const more = { 'transaction-id': 'a12', message };
  expect((await operate(fixture, 'echo more > more.txt', more)).exitCode).toBe(0);
  const workspace = join(fixture.root, 'other');
  git(fixture.root, 'clone', '--quiet', fixture.bare, workspace);
  const step = await rollBack({ ...fixture, workspace }, { 'rollback-to': 'a1' });
  expect(step.exitCode, step.log).toBe(0);
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('a\n');
  expect(readFileSync(join(workspace, 'more.txt'), 'utf8')).toBe('more\n');
});
