/** The snapshots of an operation in place: how what it changed is kept, and what cannot be read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FILES } from '../support/operation.ts';
import { operate } from '../support/publish.ts';
import { git, makeFixture } from '../support/repository.ts';

test('what a failed operation has changed is kept in a pack, and not in a file for each', async () => {
  const names = Array.from({ length: 40 }, (_, n) => `file-${n}.txt`);
  const files = Object.fromEntries(names.map((name) => [name, `before ${name}\n`]));
  const fixture = makeFixture({ files });
  const { workspace } = fixture;
  const loose = () => Number(git(workspace, 'count-objects').split(' ')[0]);
  const before = loose();
  const run = `for file in file-*.txt; do echo "after $file" > $file; done; exit 3`;
  const step = await operate(fixture, run, { 'transaction-id': 'failed' });
  expect(step.exitCode).toBe(65);
  expect(git(workspace, 'status', '--porcelain')).toBe('');
  for (const name of names)
    expect(git(workspace, 'show', `refs/atomic/failed/emergency:${name}`)).toBe(`after ${name}`);
  expect(loose() - before).toBeLessThan(10); // Trees and commits.
});

test('a file of the operation that cannot be read to its end keeps the others neither from going back nor from being kept', async () => {
  const fixture = makeFixture({ files: FILES });
  const { workspace } = fixture;
  const run = 'echo bad > bad.txt; echo other > b.txt; exit 3';
  const inject = ['-e', 'trace=read', '-e', 'inject=read:error=EIO'];
  const wrapper = ['strace', '-f', '-qq', '-P', join(workspace, 'bad.txt'), '-o', '/dev/null', ...inject];
  const step = await operate(fixture, run, { 'transaction-id': 'failed' }, { wrapper });
  expect(step.exitCode, step.log).toBe(65);
  expect(readFileSync(join(workspace, 'b.txt'), 'utf8')).toBe('b\n');
  expect(git(workspace, 'show', 'refs/atomic/failed/emergency:b.txt')).toBe('other');
});
